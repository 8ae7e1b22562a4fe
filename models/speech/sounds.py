"""Sounds on a telephone line that are no speech: hold music, rings, dialling, hum, clicks, breath.

The network learns to write nothing for them.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from models.speech.spectrum import RATE_HZ, log_power
from models.speech.voices import Samples

Random = np.random.Generator

COUNT = 60
SECONDS = 45.0
_SEED = 47

_SCALE = (0, 2, 4, 5, 7, 9, 11)
_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (9, 12, 16), (2, 5, 9), (0, 4, 7, 11))
_DIAL_ROWS_HZ, _DIAL_COLUMNS_HZ = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_RINGS_HZ = ((440, 480), (400, 450), (425, 425), (480, 620), (350, 440))


def draw_sounds(count: int = COUNT) -> list[NDArray[np.float16]]:
    """Stretches as log-mel power (frames, 80), half of them music, the same each time."""
    return [log_power(drawn_sound(number)).astype(np.float16) for number in range(count)]


def drawn_sound(number: int) -> Samples:
    """Stretch `number`, which may be any: `SECONDS` at 16 kHz, within ±1 or somewhat beyond."""
    rng = np.random.default_rng((_SEED, number))
    kinds = tuple(_KINDS.values())
    make = music if number % 2 else kinds[number // 2 % len(kinds)]
    return make(rng, round(SECONDS * RATE_HZ))


def music(rng: Random, count: int) -> Samples:
    """Chords, a melody over them and sometimes a beat, in one of many timbres."""
    beat_s = float(rng.uniform(0.25, 0.7))
    root_hz = 220 * 2 ** (float(rng.integers(-12, 5)) / 12)
    chord_timbre, lead_timbre = _timbre(rng), _timbre(rng)
    sound = np.zeros(count, np.float32)
    has_beat = rng.random() < 0.5
    for step, start in enumerate(range(0, count, round(beat_s * RATE_HZ))):
        if step % 4 == 0:
            chord = _CHORDS[int(rng.integers(len(_CHORDS)))]
            for degree in chord:
                _add(sound, start, _note(root_hz * 2 ** (degree / 12), 4 * beat_s, *chord_timbre))
        if rng.random() < 0.7:
            degree = _SCALE[int(rng.integers(len(_SCALE)))] + 12
            length_s = beat_s * float(rng.choice((0.5, 1, 2)))
            _add(sound, start, 1.5 * _note(root_hz * 2 ** (degree / 12), length_s, *lead_timbre))
        if has_beat:
            _add(sound, start, _burst(rng, 0.08))
    return sound


def rings(rng: Random, count: int) -> Samples:
    """The tone that a caller hears: two sines, on and off as one of the countries has it."""
    on_s, off_s = [(2.0, 4.0), (0.4, 0.2), (1.0, 4.0), (0.5, 0.5)][int(rng.integers(4))]
    pair = _RINGS_HZ[int(rng.integers(len(_RINGS_HZ)))]
    return _tones(count, pair) * _on_and_off(count, on_s, off_s)


def dialling(rng: Random, count: int) -> Samples:
    """Keys pressed: a row's and a column's frequency each."""
    sound = np.zeros(count, np.float32)
    at = 0
    while at < count:
        pair = (int(rng.choice(_DIAL_ROWS_HZ)), int(rng.choice(_DIAL_COLUMNS_HZ)))
        _add(sound, at, _tones(round(rng.uniform(0.06, 0.4) * RATE_HZ), pair))
        at += round(rng.uniform(0.12, 1.2) * RATE_HZ)
    return sound


def hum(rng: Random, count: int) -> Samples:
    """Mains hum with its harmonics, or one steady tone."""
    base = float(rng.choice((50, 60, 100, 120, 1000, rng.uniform(200, 3000))))
    harmonics = [base * k for k in range(1, 8) if base * k < RATE_HZ / 2]
    sound = sum(_tones(count, (hz,)) * rng.uniform(0, 1) for hz in harmonics)
    return np.asarray(sound, np.float32)


def beeps(rng: Random, count: int) -> Samples:
    """One tone again and again, as of machines and queues, some of them rising."""
    hz = float(rng.uniform(300, 3000)) + np.arange(count) / count * float(rng.uniform(-200, 200))
    sound = np.sin(2 * np.pi * np.cumsum(hz) / RATE_HZ).astype(np.float32)
    return sound * _on_and_off(count, float(rng.uniform(0.05, 0.8)), float(rng.uniform(0.1, 3)))


def clicks(rng: Random, count: int) -> Samples:
    """Keys of a keyboard, knocks and crackle."""
    sound = np.zeros(count, np.float32)
    at = 0
    while at < count:
        _add(sound, at, _burst(rng, float(rng.uniform(0.004, 0.06))) * rng.uniform(0.2, 1))
        at += round(float(rng.exponential(0.25)) * RATE_HZ) + 400
    return sound


def breath(rng: Random, count: int) -> Samples:
    """Breathing, wind and handling: noise of a changing colour that swells and fades."""
    noise = rng.standard_normal(count, dtype=np.float32)
    pole = float(rng.uniform(0.0, 0.97))
    coloured = np.asarray(lfilter([1 - pole], [1, -pole], noise), np.float32)
    places = np.linspace(0, count, max(int(count / RATE_HZ * 1.5), 2))
    swell = np.interp(np.arange(count), places, rng.uniform(0, 1, len(places)) ** 3)
    return (coloured * swell).astype(np.float32)


_KINDS: Mapping[str, Callable[[Random, int], Samples]] = {
    "rings": rings,
    "dialling": dialling,
    "hum": hum,
    "beeps": beeps,
    "clicks": clicks,
    "breath": breath,
}


def _timbre(rng: Random) -> tuple[float, float, float]:
    """How fast harmonics and the note itself fade, and how slowly a note begins."""
    return float(rng.uniform(0.25, 0.9)), float(rng.uniform(0, 5)), float(rng.uniform(0.003, 0.15))


def _note(hz: float, seconds: float, falling: float, fading: float, begins_s: float) -> Samples:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    harmonics = range(1, max(2, min(12, int(0.45 * RATE_HZ / hz))))
    wave = sum(falling ** (k - 1) * np.sin(2 * np.pi * hz * k * time) for k in harmonics)
    envelope = np.exp(-fading * time) * np.minimum(time / begins_s, 1)
    ending = np.minimum((time[-1] - time) / 0.02, 1)
    return np.asarray(wave * envelope * ending, np.float32)


def _burst(rng: Random, seconds: float) -> Samples:
    count = max(round(seconds * RATE_HZ), 8)
    fading = np.exp(-np.linspace(0, 6, count)).astype(np.float32)
    return np.asarray(rng.standard_normal(count, dtype=np.float32) * fading, np.float32)


def _tones(count: int, several_hz: tuple[float, ...]) -> Samples:
    time = np.arange(count) / RATE_HZ
    sound = sum(np.sin(2 * np.pi * hz * time) for hz in several_hz)
    return np.asarray(sound, np.float32)


def _on_and_off(count: int, on_s: float, off_s: float) -> Samples:
    return (np.arange(count) / RATE_HZ % (on_s + off_s) < on_s).astype(np.float32)


def _add(sound: Samples, start: int, part: Samples) -> None:
    stop = min(start + len(part), len(sound))
    sound[start:stop] += part[: stop - start]
