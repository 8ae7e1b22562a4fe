"""One file opened: its only stream of sound at its own rate, or a sentence why not."""

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from pipeline.audio.channels import Levels
from pipeline.audio.frames import Clock, Part, check_hours, parts
from pipeline.audio.headers import MAX_MISSING_SHARE, header_problem
from pipeline.audio.unreadable import UnreadableRecordingError, reason, told

LOWEST_RATE, HIGHEST_RATE = 4_000, 96_000

_SETTINGS = "the settings [recordings] agent_channel and customer_channel"
_SLACK_S = 0.25  # encoders count their padding as duration: up to 0.1 s
_SURPLUS_S = 1.0
_SURVEY_S = 60.0
_SURVEY = 1 << 26  # samples of all channels: 22 s of 64 at 48 kHz, half a second's work

_OPTIONS = {
    # The file is handed over open, so the decoder may open nothing itself: a text that lists other
    # files would make one call's recording out of another's, or out of an address.
    "protocol_whitelist": "none",
    # Three hundred other formats are films, pictures and games' music: so many more to attack.
    "format_whitelist": "wav,mp3,aac,ogg,mov,mp4,m4a,3gp,matroska,webm,flac,au,aiff,caf,gsm,"
    "g722,amr,asf,avi,ac3",
    # Of WAV only, in bytes. A packet costs 60 µs whatever is in it; with 512 samples, as by
    # default, G.711 was read at 2,400 × real time.
    "max_size": "65536",
    # In 16-bit PCM the opener looks for surround sound of films, packet after packet: 0.1 s a file.
    "max_probe_packets": "1",
}

_LENGTH_ESTIMATED = {"aac", "ac3", "amr", "g722", "gsm", "mp3"}  # from size and bit rate
_LENGTH_TAGS = (b"Xing", b"Info", b"VBRI")  # with one of these, an MP3 knows its length


def read(path: Path, *, take: tuple[int, ...] | None, levels: Levels) -> Iterator[Part]:
    """A file's samples in order, some seconds at a time; `levels` learns what they carry.

    `take` names the channels wanted of a file with several. Stretches that the container's
    timestamps skip are filled with zeros, so that times stay true. Raises UnreadableRecordingError,
    at any moment up to the end.
    """
    with told(path):
        if path.exists() and not path.is_file():
            raise UnreadableRecordingError("not a file, expected a recording")
        with path.open("rb") as file:
            if problem := header_problem(file):
                raise UnreadableRecordingError(problem)
            source = _Source(file)
            with av.open(source, "r", metadata_errors="ignore", options=_OPTIONS) as opened:
                stream = _stream(opened)
                wanted = _wanted(stream.channels, take)
                clock = Clock()
                size = os.fstat(file.fileno()).st_size
                found = parts(opened, stream, size=size, wanted=wanted, clock=clock)
                if len(wanted) > 2:
                    _refuse_many(found, len(wanted))
                for part in _to_the_end(found, clock, _declared_s(opened, stream, path)):
                    levels.add(part.samples)
                    yield part


class _Source:
    """The file as the decoder reads it.

    A damaged header sends the decoder to places that no file has. That is an answer here, for PyAV
    prints exceptions that follow each other to standard error.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.name, self.read, self.tell = file.name, file.read, file.tell
        self._seek = file.seek

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new place, or a negative number where there is none."""
        try:
            return self._seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -errno.EINVAL


def _to_the_end(found: Iterable[Part], clock: Clock, declared_s: float | None) -> Iterator[Part]:
    """The parts, when they are as long together as the header says."""
    check_hours(declared_s or 0.0)
    try:
        yield from found
    except av.FFmpegError as error:
        if declared_s is None or _lacks(clock.seconds, declared_s):
            raise UnreadableRecordingError(
                f"damaged: decoding fails after {clock.seconds:.1f} s ({reason(error)}), expected "
                "samples to the end"
            ) from error
    _check_length(clock.seconds, declared_s)


def _stream(opened: InputContainer) -> AudioStream:
    """The one audio stream, with a header that makes sense."""
    if any(not film.disposition & Disposition.attached_pic for film in opened.streams.video):
        raise UnreadableRecordingError(
            "a video, expected sound alone: extract its sound, for example as WAV or M4A"
        )
    streams = opened.streams.audio
    if len(streams) != 1:
        raise UnreadableRecordingError(
            f"{len(streams)} audio streams, expected one with one or two channels: save the one "
            "to hear as a file of its own"
        )
    stream = streams[0]
    if getattr(stream, "codec_context", None) is None:  # the stubs do not know that it can be
        raise UnreadableRecordingError(
            "a codec that is not known, expected PCM, MP3, Opus, AAC …: save it as one of these"
        )
    if not stream.channels:
        raise UnreadableRecordingError("no channel of sound in it, expected one or two")
    if not LOWEST_RATE <= stream.rate <= HIGHEST_RATE:
        raise UnreadableRecordingError(
            f"{stream.rate} samples per second by its header, expected {LOWEST_RATE} to "
            f"{HIGHEST_RATE}: convert it to 8000 or 16000"
        )
    stream.codec_context.thread_count = 1  # there is a worker for every core
    return stream


def _declared_s(opened: InputContainer, stream: AudioStream, path: Path) -> float | None:
    """How long the container says the recording is; None where it only guesses."""
    if opened.format.name in _LENGTH_ESTIMATED and not _has_length_tag(path):
        return None
    if stream.duration is not None and stream.time_base is not None:
        declared_s = float(stream.duration * stream.time_base)
    else:
        declared_s = (opened.duration or 0) / av.time_base
    return declared_s if declared_s > 0 else None


def _has_length_tag(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1 << 16)
    return any(tag in head for tag in _LENGTH_TAGS)


def _wanted(channels: int, take: tuple[int, ...] | None) -> tuple[int, ...]:
    """The channels to hear of a file that has so many; one channel leaves nothing to choose."""
    if take is None or channels == 1:
        return tuple(range(channels))
    if max(take) >= channels:
        raise UnreadableRecordingError(
            f"{channels} channels, expected a channel {max(take)}: correct {_SETTINGS} (counted "
            "from 0)"
        )
    return take


def _refuse_many(found: Iterable[Part], channels: int) -> None:
    """More than two channels: tell which carry sound, so that somebody can choose."""
    levels = Levels()
    for part in found:
        levels.add(part.samples)
        if levels.count > min(_SURVEY_S * part.rate, _SURVEY / channels):
            break
    sounding = ", ".join(map(str, levels.sounding)) or "none"
    raise UnreadableRecordingError(
        f"{channels} channels, expected one or two; sound at the beginning on: {sounding} (counted "
        f"from 0). Name the agent's and the customer's in {_SETTINGS}"
    )


def _check_length(decoded_s: float, declared_s: float | None) -> None:
    """A truncated call is refused: its handle time would be wrong."""
    if declared_s is None:
        return
    if _lacks(decoded_s, declared_s):
        raise UnreadableRecordingError(
            f"truncated: {decoded_s:.1f} s could be decoded, expected {declared_s:.1f} s by the "
            "header; bring the whole file"
        )
    if decoded_s - declared_s > max(MAX_MISSING_SHARE * declared_s, _SURPLUS_S):
        raise UnreadableRecordingError(
            f"the header lies: {declared_s:.1f} s by the header, but {decoded_s:.1f} s could be "
            "decoded, expected one length; save it anew"
        )


def _lacks(decoded_s: float, declared_s: float) -> bool:
    return declared_s - decoded_s > max(MAX_MISSING_SHARE * declared_s, _SLACK_S)
