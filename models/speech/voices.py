"""The voices: espeak-ng through `espeakng_loader`, with the time of every word and phoneme.

espeak-ng is licensed under the GPL 3 and is an optional extra; nothing but the demo, the training
of its speech model, and tests use it.
"""

import ctypes
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UsageError

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Delivery:
    """How a sentence is spoken: words a minute, pitch and its range (both 0–100).

    `word_gap`: a pause between words, in 10 ms at the usual rate.
    """

    voice: str
    rate_wpm: int = 168
    pitch: int = 50
    pitch_range: int = 50
    word_gap: int = 0


@dataclass(frozen=True)
class SpokenWord:
    """A word with its times, seconds from the start of its sentence."""

    text: str
    start_s: float
    end_s: float


Times = Sequence[SpokenWord]
"""The words of a sentence, in order."""


@dataclass(frozen=True)
class Phoneme:
    """A sound by espeak-ng's name (of a pause: empty, or beginning with `_`), with its times."""

    name: str
    start_s: float
    end_s: float

    @property
    def is_pause(self) -> bool:
        """Whether nothing is said."""
        return not self.name or self.name.startswith("_")


@dataclass(frozen=True)
class Sentence:
    """A spoken sentence: samples at `rate_hz`, cut to the speech, its words and phonemes."""

    samples: Samples
    rate_hz: int
    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]


class _Id(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)

# Names and values as in espeak-ng's speak_lib.h.
_END_OF_LIST, _WORD, _PHONEME = 0, 1, 7
_RATE, _PITCH, _RANGE, _WORD_GAP = 1, 3, 4, 7
_SYNCHRONOUS, _CHARS_UTF8, _POSITION_CHARACTER = 2, 1, 1
_PHONEME_EVENTS, _DO_NOT_EXIT = 0x0001, 0x8000


class Speaker:
    """espeak-ng, loaded afresh. Use `speaker()`, which unloads it."""

    def __init__(self, library: Path, data: Path) -> None:
        self._library = ctypes.CDLL(str(library))
        self.rate_hz: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, str(data).encode(), _PHONEME_EVENTS | _DO_NOT_EXIT
        )
        assert self.rate_hz > 0, "espeak-ng did not start"
        # Otherwise the breath in some voices is seeded with the time of day.
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        self._samples: list[bytes] = []
        self._words: list[tuple[int, float]] = []
        self._phonemes: list[tuple[str, float]] = []
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, delivery: Delivery) -> Sentence:
        """Speak one sentence. Silence before and after the speech is cut off."""
        self._samples, self._words, self._phonemes = [], [], []
        library = self._library
        known = library.espeak_SetVoiceByName(delivery.voice.encode())
        assert known == 0, f"espeak-ng has no voice {delivery.voice!r}"
        library.espeak_SetParameter(_RATE, delivery.rate_wpm, 0)
        library.espeak_SetParameter(_PITCH, delivery.pitch, 0)
        library.espeak_SetParameter(_RANGE, delivery.pitch_range, 0)
        library.espeak_SetParameter(_WORD_GAP, delivery.word_gap, 0)
        data = text.encode()
        library.espeak_Synth(
            data, len(data) + 1, 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        library.espeak_Synchronize()
        pulses = np.frombuffer(b"".join(self._samples), dtype=np.int16)
        samples = pulses.astype(np.float32) / np.float32(32768)
        return self._cut(text, samples)

    def close(self) -> None:
        """Unload the library, so that the next one starts without memory of this one."""
        self._library.espeak_Terminate()
        if sys.platform != "win32":
            close = ctypes.CDLL(None).dlclose
            close.argtypes = (ctypes.c_void_p,)
            close(self._library._handle)

    def _collect(self, wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: object) -> int:
        if wave and count > 0:
            self._samples.append(ctypes.string_at(wave, count * 2))
        for event in _until_end(events):
            at_s = event.sample / self.rate_hz
            if event.type == _WORD:
                self._words.append((event.text_position - 1, at_s))
            elif event.type == _PHONEME:
                self._phonemes.append((event.id.string.decode("utf-8", "replace"), at_s))
        return 0

    def _cut(self, text: str, samples: Samples) -> Sentence:
        phonemes = self._timed(len(samples) / self.rate_hz)
        speech = [(one.start_s, one.end_s) for one in phonemes if not one.is_pause]
        start_s, end_s = speech[0][0], speech[-1][1]
        words = _times_of_words(text, self._words, speech)
        moved = tuple(SpokenWord(w.text, w.start_s - start_s, w.end_s - start_s) for w in words)
        cut = samples[round(start_s * self.rate_hz) : round(end_s * self.rate_hz)]
        sounds = tuple(Phoneme(p.name, p.start_s - start_s, p.end_s - start_s) for p in phonemes)
        return Sentence(cut, self.rate_hz, moved, sounds)

    def _timed(self, total_s: float) -> list[Phoneme]:
        """Every phoneme with its times: each lasts until the next."""
        ends = [at_s for _, at_s in self._phonemes[1:]] + [total_s]
        return [
            Phoneme(name, at_s, end_s)
            for (name, at_s), end_s in zip(self._phonemes, ends, strict=True)
        ]


def _until_end(events: object) -> Iterator[_Event]:
    index = 0
    while (event := events[index]).type != _END_OF_LIST:  # type: ignore[index]
        yield event
        index += 1


def _times_of_words(
    text: str, events: Sequence[tuple[int, float]], speech: Sequence[tuple[float, float]]
) -> list[SpokenWord]:
    """Words with times. Words that espeak runs together share their time by their letters."""
    groups: list[tuple[list[str], float]] = []
    position = 0
    for word in text.split():
        start = text.index(word, position)
        position = start + len(word)
        at_s = next((time for where, time in events if start <= where < position), None)
        if at_s is None and groups:
            groups[-1][0].append(word)
        else:
            groups.append(([word], speech[0][0] if at_s is None else at_s))
    words: list[SpokenWord] = []
    for index, (members, from_s) in enumerate(groups):
        to_s = groups[index + 1][1] if index + 1 < len(groups) else speech[-1][1]
        inside = [span for span in speech if from_s - 1e-4 <= span[0] < to_s - 1e-4]
        start_s, end_s = (inside[0][0], min(inside[-1][1], to_s)) if inside else (from_s, to_s)
        words.extend(_share(members, start_s, end_s))
    return words


def _share(members: Sequence[str], start_s: float, end_s: float) -> Iterator[SpokenWord]:
    letters = sum(len(word) for word in members)
    at_s = start_s
    for word in members:
        until_s = at_s + (end_s - start_s) * len(word) / letters
        yield SpokenWord(word, at_s, until_s)
        at_s = until_s


def data_folder() -> Path:
    """Where espeak-ng's voices are installed. Raises UsageError where it is not."""
    return Path(_loader().get_data_path())


@contextmanager
def speaker(data: Path | None = None) -> Iterator[Speaker]:
    """A freshly loaded espeak-ng, by default with the voices that come with it.

    The library remembers the phase of its last sound, also across its own re-initialisation: the
    same sentence differs by up to 10 ms depending on what was said before. A fresh load takes 1 ms
    and gives the same bytes each time. Raises UsageError where espeak-ng is not installed.
    """
    loaded = Speaker(Path(_loader().get_library_path()), data or data_folder())
    try:
        yield loaded
    finally:
        loaded.close()


class _Loader(Protocol):
    def get_library_path(self) -> str: ...

    def get_data_path(self) -> str: ...


def _loader() -> _Loader:
    try:
        import espeakng_loader  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise UsageError(
            "The demo's voices are not installed (package espeakng-loader).",
            next_step="pip install attune[demo], or make demo, which does it.",
        ) from error
    loader: _Loader = espeakng_loader
    return loader
