"""The redacted copy of a recording: the only sound of a call that is ever played.

FLAC, for it is silent where it should be to the last bit, keeps channels apart, browsers play and
seek it (tried in Chromium), and an hour of two channels at 8 kHz costs 1.2 s of one core, decoding
included; to encode Opus at its lowest complexity costs 9 s, MP3 15 s. It takes 50 MB, a tenth less
than mu-law; Opus would take 14.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from pipeline.audio.channels import Levels
from pipeline.audio.container import read
from pipeline.audio.decode import Recording, Samples, blocks
from pipeline.audio.unreadable import reason
from pipeline.privacy.copies import UNFINISHED
from pipeline.spans import Span

TELEPHONE_RATE, WIDEBAND_RATE = 8_000, 16_000
"""Samples per second of a copy: the recogniser hears no more than the second either."""

FADE_S = 0.005
"""Outside of a silence, so that its edges do not click."""

_LAYOUTS = {1: "mono", 2: "stereo"}
_CODING = {
    "compression_level": "3",
    "ch_mode": "indep",  # two people have nothing in common that could be coded once
    "frame_size": "4608",  # the most that every player takes; each frame costs 30 µs of Python
    "max_prediction_order": "3",  # these two search less: a tenth less time, for no more bytes
    "max_partition_order": "4",
}
_PLAIN = {"fflags": "+bitexact"}  # the encoder's version is not written: same input, same bytes


def write_redacted(recording: Recording, silences: Sequence[Span], path: Path) -> None:
    """Write the recording to `path`, all of its channels without sound in `silences` (seconds).

    A copy that is there already is removed first, for it may play what is silenced now; the new one
    has its name only when it is whole. So an error or a kill leaves no copy, never an open one.
    Memory is that of a block of 16 s. The folder must exist. Raises UnreadableRecordingError for a
    recording that cannot be read to its end, OSError for a file that cannot be written.
    """
    path.unlink(missing_ok=True)
    beside = path.with_name(path.name + UNFINISHED)
    rate = _rate(recording)
    try:
        _encode(_silenced(blocks(recording, rate=rate), silences, rate), rate, beside)
        beside.replace(path)
    except av.FFmpegError as error:
        raise OSError(f"{path.name}: cannot be written ({reason(error)})") from error
    finally:
        beside.unlink(missing_ok=True)


def _rate(recording: Recording) -> int:
    """The telephone's rate, where no file of the call has more."""
    rates = [
        part.rate
        for file in recording.files
        for part in islice(read(file, take=recording.take, levels=Levels()), 1)
    ]
    return TELEPHONE_RATE if max(rates, default=0) <= TELEPHONE_RATE else WIDEBAND_RATE


def _silenced(found: Iterable[Samples], silences: Sequence[Span], rate: int) -> Iterator[Samples]:
    """The blocks, zero from each silence's first sample to its last, with fades around it."""
    edges = [(math.floor(start * rate), math.ceil(end * rate)) for start, end in silences]
    fade = round(FADE_S * rate)
    at = 0
    for block in found:
        for first, last in edges:
            start, end = max(first - fade - at, 0), min(last + fade - at, block.shape[1])
            if start < end:
                places = np.arange(at + start, at + end)
                outside = np.maximum(first - places, places - last + 1)
                block[:, start:end] *= np.clip(outside / fade, 0, 1).astype(np.float32)
        at += block.shape[1]
        yield block


def _encode(found: Iterable[Samples], rate: int, path: Path) -> None:
    with av.open(f"file:{path}", "w", format="flac", options=_PLAIN) as opened:
        stream = None
        at = 0
        for block in found:
            layout = _LAYOUTS[len(block)]
            if stream is None:
                stream = opened.add_stream("flac", rate=rate, layout=layout, options=_CODING)
                stream.codec_context.format = "s16"
            frame = AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            at += block.shape[1]
            opened.mux(stream.encode(frame))
        if stream is not None:
            opened.mux(stream.encode(None))
