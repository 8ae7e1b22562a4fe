"""Cepstra: the shape of a voice's spectrum, frame by frame, by which two speakers are told apart.

They are never stored, unlike the tracks: intelligible speech can be rebuilt from them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import fft

from pipeline.audio.spectrum import BINS_HZ, HOP_S, Piece, Pieces, Samples, Track, decibels
from pipeline.spans import Span

Mask = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int32]
Coefficients = npt.NDArray[np.float16]

COEFFICIENTS = 19
"""1–19: the shape of the spectrum. The 0th, its level, tells the line and not the voice."""

_BANDS = 24
_LOW_HZ, _HIGH_HZ = 200.0, 3600.0


@dataclass(frozen=True, eq=False)
class Cepstra:
    """The frames of speech only, in order: 40 bytes each, 7 MB for an hour of talk.

    `values` is (n, `COEFFICIENTS`) MFCC; `level_db` (n,) the power of each frame; `frames` (n,) its
    number in the recording, which stands for [i, i + 1) · `HOP_S`.
    """

    values: Coefficients
    level_db: npt.NDArray[np.float16]
    frames: Index

    @cached_property
    def pauses_s(self) -> Track:
        """(n,) seconds without speech right before each frame."""
        before = np.diff(self.frames, prepend=np.int32(-1)) - 1
        return before * np.float32(HOP_S)


def speech_cepstra(blocks: Iterable[Samples], speech: Sequence[Span]) -> Cepstra:
    """Cepstra of the frames of `speech`, from (n,) samples at 8 kHz that come in blocks.

    Speech beyond the end of the samples has no frames.
    """
    spoken = speech_mask(speech)
    # Filled in place: to join parts would take twice the room, 100 MB for a call of ten hours.
    values = np.zeros((np.count_nonzero(spoken), COEFFICIENTS), np.float16)
    levels = np.zeros(len(values), np.float16)
    seen = filled = 0
    for piece in _pieces(blocks):
        wanted = spoken[seen : seen + piece.frames]
        power = piece.power[-piece.frames :][: len(wanted)][wanted]
        place = slice(filled, filled + len(power))
        values[place] = mel_cepstra(power)
        levels[place] = decibels(power.sum(axis=1))
        seen += piece.frames
        filled += len(power)
    return Cepstra(values[:filled], levels[:filled], np.flatnonzero(spoken[:seen]).astype(np.int32))


def speech_mask(speech: Sequence[Span]) -> Mask:
    """The frames of the spans, at least one for each."""
    mask = np.zeros(max((frame_range(span)[1] for span in speech), default=0), np.bool_)
    for span in speech:
        first, end = frame_range(span)
        mask[first:end] = True
    return mask


def frame_range(span: Span) -> tuple[int, int]:
    """First frame and the frame after the last of a span: those whose middle lies inside."""
    first = round(span[0] / HOP_S)
    return first, max(round(span[1] / HOP_S), first + 1)


def mel_cepstra(power: Track) -> Coefficients:
    """(n, `COEFFICIENTS`) from (n, bins) power: cosine transform of the log power in mel bands.

    S. B. Davis & P. Mermelstein, IEEE Trans. ASSP 28(4), 1980.
    """
    levels = np.log(power @ _FILTERS + np.float32(1e-12))
    cosines = fft.dct(levels, axis=1, norm="ortho")[:, 1 : COEFFICIENTS + 1]
    result: Coefficients = cosines.astype(np.float16)
    return result


def _pieces(blocks: Iterable[Samples]) -> Iterator[Piece]:
    pieces = Pieces()
    for block in blocks:
        yield from pieces.add(block)
    yield from pieces.finish()


def _filters() -> Track:
    """(bins, bands) triangles, evenly spaced on the mel scale 2595 log₁₀(1 + f / 700)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOW_HZ, _HIGH_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2595) - 1)
    below, centre, above = edges[:-2], edges[1:-1], edges[2:]
    rising = (BINS_HZ[:, None] - below) / (centre - below)
    falling = (above - BINS_HZ[:, None]) / (above - centre)
    result: Track = np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)
    return result


_FILTERS = _filters()
