"""Scoring: whole calls of unseen sentences by telephone, heard by the product's own engine.

Two kinds of voices speak: the main ones, which training heard most, and those kept from it.
"""

import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from models.speech.cast import MAIN_VOICES, SCORING_VOICES
from models.speech.edits import Edits, edits, normal_words
from models.speech.language import call
from models.speech.sounds import drawn_sound
from models.speech.spectrum import RATE_HZ
from models.speech.voices import Delivery, Samples, Speaker, SpokenWord, speaker
from models.speech.windows import moved
from pipeline.audio.decode import Recording, cut
from pipeline.audio.listening import listen
from pipeline.behaviours.call import Word
from pipeline.speech.engine import recognise
from pipeline.speech.model import SpeechModel, SpeechOptions, load
from pipeline.speech.windows import WindowOptions, cuts_of, filled, pack

Random = np.random.Generator

LINE_HZ = 8000
SPEECH_DBFS = -23.0
NOISE_DB = -35.0
"""Below the speech."""

_SEED = 59
_SIDES = ("agent", "customer")
_WHOLE_WINDOW_S = 10.0
_BATCH_WINDOWS = 8


@dataclass(frozen=True, eq=False)
class SpokenCall:
    """A recording (8 kHz, two channels) and the words of each channel with their times."""

    path: Path
    words: tuple[tuple[SpokenWord, ...], ...]


@dataclass(frozen=True)
class Score:
    """What the engine made of some calls: words said, errors, and by how much times are off (s)."""

    said: int
    error_rate: float
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]

    def __str__(self) -> str:
        times = "; ".join(
            f"word {name} median {1000 * np.median(off):.0f} ms, 90 % within "
            f"{1000 * np.quantile(off, 0.9):.0f} ms"
            for name, off in (("starts", np.abs(self.starts)), ("ends", np.abs(self.ends)))
        )
        return f"word error rate {self.error_rate:.1%} of {self.said} words; {times}"


def score(folder: Path, *, calls: int, work: Path) -> Iterator[str]:
    """Lines that tell how well the model in `folder` hears; recordings are kept in `work`."""
    options = SpeechOptions(
        model=str(folder),
        compute_type="int8",
        window_s=_WHOLE_WINDOW_S,
        fitted_windows=True,
        batch_windows=_BATCH_WINDOWS,
    )
    model = load(options)
    for kind, voices in (("main voices", MAIN_VOICES), ("voices never heard", SCORING_VOICES)):
        spoken = [
            speak_call(
                np.random.default_rng((_SEED, number)), voices, work / f"{kind}-{number}.wav"
            )
            for number in range(calls)
        ]
        yield f"{kind}: {scored(spoken, model, options)}"
    yield f"{len(invented(model, options))} words in an hour of sounds that are no speech"


def scored(calls: Sequence[SpokenCall], model: SpeechModel, options: SpeechOptions) -> Score:
    """Hear the calls and compare, channel by channel."""
    counted, starts, ends = [], [], []
    for one in calls:
        for said, written in zip(one.words, heard(one.path, model, options), strict=True):
            true = [(w, word) for word in said for w in normal_words(word.text)]
            found = [(w, word) for word in written for w in normal_words(word.text)]
            compared = edits([w for w, _ in true], [w for w, _ in found])
            counted.append(compared)
            for place, other in compared.pairs:
                starts.append(found[other][1].start_s - true[place][1].start_s)
                ends.append(found[other][1].end_s - true[place][1].end_s)
    total = sum(one.said for one in counted)
    return Score(total, Edits.rate_of(counted), np.array(starts), np.array(ends))


def heard(path: Path, model: SpeechModel, options: SpeechOptions) -> list[list[Word]]:
    """The words of each channel of a recording, as the product hears them."""
    recording = Recording((path,))
    trace, told = listen(recording)
    packing = WindowOptions(window_s=min(model.window_s, options.window_s or model.window_s))
    windows = [
        window
        for channel, spans in zip(trace.numbers, told.speech, strict=True)
        for window in pack(spans, channel=channel, duration_s=trace.duration_s, options=packing)
    ]
    pairs = list(filled(windows, cut(recording, cuts_of(windows, 2))))
    sounds = [sound for _, sound in pairs]
    results = recognise([window for window, _ in pairs], sounds, model, options, language="en")
    words: list[list[Word]] = [[], []]
    for (window, _), result in zip(pairs, results, strict=True):
        words[window.channel] += result.words
    return [sorted(own, key=lambda word: word.start_s) for own in words]


def invented(model: SpeechModel, options: SpeechOptions, *, seconds: float = 3600.0) -> list[str]:
    """Words that the model writes when sounds without speech are sent to it, windows of 9 s.

    Voice activity, which keeps most of them from the engine, is passed over.
    """
    sounds, windows, filled_s, number = [], [], 0.0, 0
    while filled_s < seconds:
        sound = drawn_sound(number + 10_000)
        for start in range(0, len(sound) - 9 * RATE_HZ, 9 * RATE_HZ):
            piece = sound[start : start + 9 * RATE_HZ]
            sounds.append(_through_line(np.random.default_rng(number), piece))
            windows += pack([(0.2, 8.8)], channel=0, duration_s=9.0)
        filled_s += len(sound) / RATE_HZ
        number += 1
    results = recognise(windows, sounds, model, options, language="en")
    return [word.text for result in results for word in result.words]


def speak_call(rng: Random, voices: Sequence[str], path: Path) -> SpokenCall:
    """A call of the language, two voices in turn, through the line and into a file."""
    names = rng.choice(voices, 2, replace=False)
    manners = {side: _manner(rng, str(name)) for side, name in zip(_SIDES, names, strict=True)}
    words: list[list[SpokenWord]] = [[], []]
    sounds: list[list[tuple[float, Samples]]] = [[], []]
    at_s = 0.5
    with speaker() as loaded:
        for side, text in call(rng, scoring=True):
            channel = _SIDES.index(side)
            samples, said = _say(loaded, text, manners[side])
            words[channel] += moved(said, at_s)
            sounds[channel].append((at_s, samples))
            at_s += len(samples) / LINE_HZ + float(rng.uniform(0.15, 1.2))
    channels = [_channel(rng, own, at_s + 0.5) for own in sounds]
    _write(path, np.stack(channels, axis=1))
    return SpokenCall(path, tuple(tuple(own) for own in words))


def _manner(rng: Random, voice: str) -> Delivery:
    return Delivery(
        voice,
        rate_wpm=int(rng.integers(150, 190)),
        pitch=int(rng.integers(38, 63)),
        pitch_range=int(rng.integers(35, 65)),
    )


def _say(loaded: Speaker, text: str, manner: Delivery) -> tuple[Samples, tuple[SpokenWord, ...]]:
    spoken = loaded.say(text, manner)
    return resample_poly(spoken.samples, 160, 441).astype(np.float32), spoken.words


def _channel(rng: Random, sounds: Sequence[tuple[float, Samples]], seconds: float) -> Samples:
    channel = np.zeros(round(seconds * LINE_HZ), np.float32)
    for at_s, samples in sounds:
        start = round(at_s * LINE_HZ)
        channel[start : start + len(samples)] += samples
    spoken = channel[channel != 0]
    channel *= 10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(spoken**2))
    return coded(channel + _noise(rng, len(channel)))


def _through_line(rng: Random, sound: Samples) -> Samples:
    """At 16 kHz: down to the line's rate, at the speech's level, with its noise, and up again."""
    low = resample_poly(sound, 1, 2).astype(np.float32)
    low *= 10 ** (SPEECH_DBFS / 20) / max(float(np.sqrt(np.mean(low**2))), 1e-6)
    up = resample_poly(coded(low + _noise(rng, len(low))), 2, 1)
    return np.asarray(up, np.float32)


def _noise(rng: Random, count: int) -> Samples:
    power = 10 ** ((SPEECH_DBFS + NOISE_DB) / 20)
    return np.asarray(rng.standard_normal(count, dtype=np.float32) * np.float32(power))


def coded(samples: Samples) -> Samples:
    """To 8-bit mu-law and back: F(x) = sgn(x) · ln(1 + 255 |x|) / ln 256 in 255 steps (G.711)."""
    pressed = np.log1p(255 * np.abs(np.clip(samples, -1, 1))) / np.log(256)
    stepped = np.round(pressed * 127) / 127
    return np.asarray(np.sign(samples) * (256**stepped - 1) / 255, np.float32)


def _write(path: Path, samples: NDArray[np.float32]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(LINE_HZ)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
