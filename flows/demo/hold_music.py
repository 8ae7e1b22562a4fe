"""The demo's music on hold: broken chords on a plucked string, made here, so free of rights."""

import numpy as np

from flows.demo.wording import Random
from models.speech.voices import Samples

_CHORDS = ((0, 4, 7, 12), (9, 12, 16, 21), (5, 9, 12, 17), (7, 11, 14, 19))
"""Semitones above the key: I, vi, IV, V."""

_NOTE_S = 0.25
_FADE_S = 0.3


def hold_music(rng: Random, seconds: float, *, rate_hz: int) -> Samples:
    """`seconds` of music in a key drawn from `rng`, with RMS 1."""
    key_hz = 220 * 2 ** (rng.integers(-3, 4) / 12)
    notes = [key_hz * 2 ** (note / 12) for chord in _CHORDS for note in (*chord, *chord[-2:0:-1])]
    sound = np.zeros(round(seconds * rate_hz) + rate_hz, dtype=np.float32)
    for number in range(int(seconds / _NOTE_S)):
        start = round(number * _NOTE_S * rate_hz)
        sound[start : start + rate_hz] += _pluck(notes[number % len(notes)], rate_hz)
    sound = sound[: round(seconds * rate_hz)]
    fade = np.minimum(1, np.arange(len(sound)) / (_FADE_S * rate_hz))
    sound *= np.minimum(fade, fade[::-1]).astype(np.float32)
    result: Samples = sound / np.sqrt(np.mean(sound**2))
    return result


def _pluck(hz: float, rate_hz: int) -> Samples:
    """One second of a string: four harmonics that fade, the higher the sooner."""
    t = np.arange(rate_hz) / rate_hz
    tone = sum(
        np.exp(-(2 + harmonic) * t) * np.sin(2 * np.pi * harmonic * hz * t) / harmonic
        for harmonic in range(1, 5)
    )
    return np.asarray(tone, np.float32)
