"""Cepstra: the shape of a voice's spectrum, frame by frame, by which two speakers are told apart.

They are never stored, unlike the tracks: intelligible speech can be rebuilt from them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import fft

from pipeline.audio.pitch import pitch_semitones
from pipeline.audio.spectrum import (
    BINS_HZ,
    HOP_S,
    Piece,
    Pieces,
    Samples,
    Track,
    band_dbfs,
    decibels,
)
from pipeline.audio.tracks import HIGH_HZ, LOW_HZ
from pipeline.spans import Span

Mask = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int32]
Coefficients = npt.NDArray[np.float16]

COEFFICIENTS = 19
"""1–19: the shape of the spectrum. The 0th, its level, tells the line and not the voice."""

MOST_FRAMES = 400_000
"""Of a call with more than 2.2 hours of talk every second frame is kept, or every third. All of ten
hours' frames, and what is made of them, brought the process to 250 MB."""

_BANDS = 24
_LOW_HZ, _HIGH_HZ = 200.0, 3600.0


@dataclass(frozen=True, eq=False)
class Cepstra:
    """The frames of speech only, in order, or one of every few: 46 bytes each, at most 18 MB.

    `values` is (n, `COEFFICIENTS`) MFCC; `level_db` (n,) the power of each frame; `pitch` (n,) its
    semitones, 0 where no voice is; `frames` (n,) its number in the recording, which stands for
    [i, i + 1) · `HOP_S`. One of `every` frames of speech is there.
    """

    values: Coefficients
    level_db: npt.NDArray[np.float16]
    pitch: npt.NDArray[np.float16]
    frames: Index
    every: int = 1

    @property
    def step_s(self) -> float:
        """Seconds of speech that a frame stands for."""
        return HOP_S * self.every

    @cached_property
    def pauses_s(self) -> Track:
        """(n,) seconds without speech between each frame and the one before."""
        before = np.diff(self.frames, prepend=np.int32(-self.every)) - np.int32(self.every)
        return before * np.float32(HOP_S)


def speech_cepstra(
    blocks: Iterable[Samples], speech: Sequence[Span], *, most_frames: int = MOST_FRAMES
) -> Cepstra:
    """Cepstra of the frames of `speech`, from (n,) samples at 8 kHz that come in blocks.

    Speech beyond the end of the samples has no frames.
    """
    spoken = speech_mask(speech)
    count = int(np.count_nonzero(spoken))
    every = max(-(-count // most_frames), 1)
    frames = np.flatnonzero(spoken)[::every].astype(np.int32)
    # Filled in place: to join parts would take twice the room.
    values = np.zeros((len(frames), COEFFICIENTS), np.float16)
    levels, pitch = np.zeros((2, len(frames)), np.float16)
    seen = filled = 0
    for piece in _pieces(blocks):
        end = int(np.searchsorted(frames, seen + piece.frames))
        if end > filled:
            own = piece.power[-piece.frames :]
            wanted, place = frames[filled:end] - seen, slice(filled, end)
            values[place] = mel_cepstra(own[wanted])
            levels[place] = decibels(own[wanted].sum(axis=1))
            pitch[place] = pitch_semitones(piece, band_dbfs(own, LOW_HZ, HIGH_HZ))[wanted]
        seen, filled = seen + piece.frames, end
    return Cepstra(values[:filled], levels[:filled], pitch[:filled], frames[:filled], every)


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
