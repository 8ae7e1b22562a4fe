"""Any recording that PyAV reads becomes samples at the recogniser's rate, or a sentence why not."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from pipeline.audio.headers import MAX_MISSING_SHARE, length_problem

Samples = npt.NDArray[np.float32]

RATE = 16_000
"""Samples per second that every recording is brought to: what the recogniser takes."""

MAX_HOURS = 12
MAX_PAIR_DIFFERENCE_S = 5.0

_LOWEST_RATE, _HIGHEST_RATE = 4_000, 192_000  # outside, the header is damaged
_LONGEST_GAP_S = 600.0
_SMALLEST_GAP_S = 0.1  # timestamps of Matroska are rounded to 1 ms, of MPEG to a frame (26 ms)
_SLACK_S = 0.25  # encoders count their padding as duration: up to 0.1 s
_LARGEST_SAMPLE = 8.0  # overshoot of lossy codecs stays below 2; integers saved as floats do not
_NO_SOUND = 1 / 32_768  # one step of 16 bits
_SAME_DB = -40.0  # two channels of one sound differ by the codec's noise only

# The file is handed over open, so the decoder may open nothing itself: a text that lists other
# files would make one call's recording out of another's, or out of an address.
_NO_OTHER_FILES = {"protocol_whitelist": "none"}

_LENGTH_ESTIMATED = {"aac", "ac3", "eac3", "loas", "mp3"}  # by the decoder, from size and bit rate
_LENGTH_TAGS = (b"Xing", b"Info", b"VBRI")  # with one of these, an MP3 knows its length


class UnreadableRecordingError(Exception):
    """A recording that cannot be used: what is wrong, what was found and what was expected.

    Its sentence goes into QUARANTINE; it stops nothing else.
    """


@dataclass(frozen=True, eq=False)
class Sound:
    """A recording in memory: `samples` is (channels, n) float32 within −1…1, 1 or 2 channels."""

    samples: Samples
    rate: int = RATE

    @property
    def channels(self) -> int:
        """How many channels, 1 or 2; two may still be copies, see `is_dual_mono`."""
        return int(self.samples.shape[0])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1] / self.rate)


def decode(path: Path, *, channels: int | None = None) -> Sound:
    """Read one recording, at 16 kHz, with its channels apart.

    `channels` None keeps what the file has; 1 averages two channels into one; 2 refuses a mono
    file, for a copy of one channel is not a second side. Stretches that the container's timestamps
    skip are filled with zeros, so that times stay true. Raises UnreadableRecordingError for
    anything that is not one whole audible recording of at most 12 hours and one or two channels.
    """
    assert channels in (None, 1, 2), "a recording has one or two channels"
    samples = _samples(path)
    if channels == 2 and len(samples) == 1:
        raise UnreadableRecordingError(
            f"{path.name}: one channel, expected two (agent and customer); treat it as mono or "
            "bring a file for each side"
        )
    if not _heard(samples):
        raise UnreadableRecordingError(
            f"{path.name}: digital silence from start to end, expected sound on a channel"
        )
    if channels == 1 and len(samples) == 2:
        samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
    return Sound(samples)


def decode_pair(agent: Path, customer: Path) -> Sound:
    """Read a call kept as one file per side: channel 0 is the agent, channel 1 the customer.

    The shorter is padded with zeros at its end; one side may be silent, as a dead channel may.
    Raises UnreadableRecordingError when the lengths differ by more than 5 s, when both are silent,
    or when a file holds two channels that differ: it would be a whole call, not a side.
    """
    sides = (_side(agent), _side(customer))
    lengths = [side.size for side in sides]
    if max(lengths) - min(lengths) > MAX_PAIR_DIFFERENCE_S * RATE:
        raise UnreadableRecordingError(
            f"{agent.name} lasts {lengths[0] / RATE:.1f} s and {customer.name} "
            f"{lengths[1] / RATE:.1f} s, expected two sides of one call, at most "
            f"{MAX_PAIR_DIFFERENCE_S:.0f} s apart"
        )
    samples = np.zeros((2, max(lengths)), np.float32)
    for channel, side in zip(samples, sides, strict=True):
        channel[: side.size] = side
    if not _heard(samples):
        raise UnreadableRecordingError(
            f"{agent.name}, {customer.name}: digital silence on both sides, expected sound on one"
        )
    return Sound(samples)


def is_dual_mono(sound: Sound) -> bool:
    """Whether two channels carry the same sound: their difference is 40 dB below their sum.

    Not exactly zero, because lossy codecs treat the channels apart. False for one channel.
    """
    if sound.channels != 2:
        return False
    difference = total = 0.0
    for start in range(0, sound.samples.shape[1], sound.rate * 60):  # a minute: bounded memory
        left, right = sound.samples[:, start : start + sound.rate * 60]
        difference += float(np.square(left - right).sum(dtype=np.float64))
        total += float(np.square(left + right).sum(dtype=np.float64))
    return difference <= total * 10 ** (_SAME_DB / 10)


def _side(path: Path) -> Samples:
    """The one channel of a side's file; of two channels the only one with sound, if there is."""
    samples = _samples(path)
    heard = _heard(samples)
    if len(samples) == 1 or len(heard) < 2 or is_dual_mono(Sound(samples)):
        return np.asarray(samples[heard[0] if heard else 0])
    raise UnreadableRecordingError(
        f"{path.name}: two channels that differ, expected a file with one side; give the file "
        "alone if it holds the whole call"
    )


def _heard(samples: Samples) -> list[int]:
    """The channels with any sound: more than an offset that flickers by one step of 16 bits."""
    return [number for number, channel in enumerate(samples) if np.ptp(channel) > _NO_SOUND]


def _samples(path: Path) -> Samples:
    """Decode a file; everything that can be wrong with it becomes one kind of exception."""
    try:
        return _read(path)
    except UnreadableRecordingError as error:
        raise UnreadableRecordingError(f"{path.name}: {error}") from error
    except av.FFmpegError as error:
        why = f"not a readable recording ({_reason(error)}), expected WAV, MP3, Ogg, M4A, FLAC …"
        raise UnreadableRecordingError(f"{path.name}: {why}") from error
    except FileNotFoundError as error:
        why = "the file is gone, expected it to stay"
        raise UnreadableRecordingError(f"{path.name}: {why}") from error
    except (OSError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
        why = f"cannot be read ({_reason(error)}), expected a recording"
        raise UnreadableRecordingError(f"{path.name}: {why}") from error


def _read(path: Path) -> Samples:
    if path.exists() and not path.is_file():
        raise UnreadableRecordingError("not a file, expected a recording")
    with path.open("rb") as file:
        if problem := length_problem(file):
            raise UnreadableRecordingError(problem)
        return _checked(_decoded(file))


def _decoded(file: IO[bytes]) -> Samples:
    with av.open(file, "r", metadata_errors="ignore", options=_NO_OTHER_FILES) as opened:
        stream = _stream(opened)
        declared_s = _declared_s(opened, stream, file)
        if declared_s is not None:
            _check_hours(declared_s)
        joined = _Joined()
        try:
            for frame in opened.decode(stream):
                joined.add(frame)
        except (av.FFmpegError, ValueError) as error:
            if declared_s is None or _lacks(joined.seconds, declared_s):
                raise UnreadableRecordingError(
                    f"damaged: decoding fails after {joined.seconds:.1f} s ({_reason(error)}), "
                    "expected samples to the end"
                ) from error
    joined.finish()
    _check_whole(joined.seconds, declared_s)
    return np.concatenate(joined.parts, axis=1)


def _stream(opened: InputContainer) -> AudioStream:
    """The one audio stream, with a header that makes sense."""
    streams = opened.streams.audio
    if len(streams) != 1:
        raise UnreadableRecordingError(
            f"{len(streams)} audio streams, expected one with one or two channels"
        )
    stream = streams[0]
    if getattr(stream, "codec_context", None) is None:  # the stubs do not know that it can be
        raise UnreadableRecordingError("a codec that is not known, expected PCM, MP3, Opus, AAC …")
    if stream.channels > 2:
        raise UnreadableRecordingError(
            f"{stream.channels} channels, expected one or two: save the agent's as channel 1 and "
            "the customer's as channel 2"
        )
    if not stream.channels:
        raise UnreadableRecordingError("no channel of sound in it, expected one or two")
    if not _LOWEST_RATE <= stream.rate <= _HIGHEST_RATE:
        raise UnreadableRecordingError(
            f"{stream.rate} samples per second by its header, expected {_LOWEST_RATE}–"
            f"{_HIGHEST_RATE}"
        )
    return stream


def _declared_s(opened: InputContainer, stream: AudioStream, file: IO[bytes]) -> float | None:
    """How long the container says the recording is; None where it only guesses."""
    if opened.format.name in _LENGTH_ESTIMATED and not _has_length_tag(file):
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if opened.duration is None else opened.duration / av.time_base


def _has_length_tag(file: IO[bytes]) -> bool:
    position = file.tell()
    file.seek(0)
    head = file.read(1 << 16)
    file.seek(position)
    return any(tag in head for tag in _LENGTH_TAGS)


@dataclass
class _Joined:
    """Frames resampled and put one behind the other, where their timestamps say."""

    parts: list[Samples] = field(default_factory=list)
    count: int = 0
    first_s: float | None = None
    resampler: AudioResampler = field(
        default_factory=lambda: AudioResampler(format="fltp", rate=RATE)
    )

    @property
    def seconds(self) -> float:
        return self.count / RATE

    def add(self, frame: AudioFrame) -> None:
        self._fill_gap(frame)
        for part in self.resampler.resample(frame):
            self._append(part.to_ndarray().astype(np.float32, copy=False))
        _check_hours(self.seconds)

    def finish(self) -> None:
        """Take what the resampler still holds."""
        if not self.parts:
            raise UnreadableRecordingError("a header without samples, expected a call")
        for part in self.resampler.resample(None):
            self._append(part.to_ndarray().astype(np.float32, copy=False))

    def _append(self, part: Samples) -> None:
        self.parts.append(part)
        self.count += part.shape[1]

    def _fill_gap(self, frame: AudioFrame) -> None:
        """Zeros for what a recorder left out, such as packets of silence never sent (DTX)."""
        if frame.time is None:
            return
        if self.first_s is None:
            self.first_s = frame.time
        gap_s = frame.time - self.first_s - self.seconds
        if gap_s > _LONGEST_GAP_S:
            raise UnreadableRecordingError(
                f"damaged: the timestamps skip {gap_s:.0f} s after {self.seconds:.1f} s, expected "
                f"at most {_LONGEST_GAP_S:.0f} s"
            )
        if gap_s > _SMALLEST_GAP_S and self.parts:
            self._append(np.zeros((len(self.parts[0]), round(gap_s * RATE)), np.float32))


def _check_hours(seconds: float) -> None:
    if seconds > MAX_HOURS * 3600:
        raise UnreadableRecordingError(
            f"{seconds / 3600:.1f} hours long or more, expected at most {MAX_HOURS}: split it into "
            "calls"
        )


def _check_whole(decoded_s: float, declared_s: float | None) -> None:
    """A truncated call is refused: its handle time would be wrong."""
    if declared_s is not None and _lacks(decoded_s, declared_s):
        raise UnreadableRecordingError(
            f"truncated: {decoded_s:.1f} s could be decoded, expected {declared_s:.1f} s by the "
            "header"
        )


def _lacks(decoded_s: float, declared_s: float) -> bool:
    return declared_s - decoded_s > max(MAX_MISSING_SHARE * declared_s, _SLACK_S)


def _reason(error: Exception) -> str:
    """The decoder's own words, without error numbers and paths."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _checked(samples: Samples) -> Samples:
    """The samples within −1…1, when they are numbers."""
    largest = float(max(-samples.min(), samples.max()))
    if not largest <= _LARGEST_SAMPLE:  # also true of NaN
        raise UnreadableRecordingError(
            f"samples reach {largest:g}, expected numbers from −1 to 1: the float format of its "
            "header is wrong or the file is damaged"
        )
    return samples.clip(-1.0, 1.0, out=samples) if largest > 1 else samples
