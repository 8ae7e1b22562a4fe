"""What a telephone line, a room and a throat do to a voice, in log-mel power.

Everything is applied to spectra that were computed once, which costs a hundredth of speaking anew.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.speech.spectrum import (
    FLOOR,
    MELS,
    RATE_HZ,
    Frames,
    centres_hz,
    log_power,
    normalised,
    power_of,
    white,
)
from models.speech.windows import LONGEST_S, Window, stretched

Random = np.random.Generator
Curve = NDArray[np.float32]
"""(80,): log10 of a factor for each band."""

MU_LAW_DB = -38.0
"""Noise of 8-bit mu-law coding below the speech, whatever its level (G.711)."""

_NOISE_S = 120


@dataclass(frozen=True)
class Line:
    """What one window is sent through. Levels in dB.

    `gain_db` lifts the speech to its level; `noise` is log10 of the line's noise in each band;
    `band` is what the line's own filter takes away, `colour` what microphone and room do.
    """

    gain_db: float
    colour: Curve
    noise: Curve
    band: Curve
    is_mu_law: bool


def heard(rng: Random, window: Window) -> Window:
    """A window as the network gets it: `mel` normalised. Its words may be faster or slower."""
    if rng.random() < 0.3:
        speed = float(np.exp(rng.uniform(-0.14, 0.14)))
        window = stretched(window, max(speed, window.seconds / LONGEST_S))
    mel = window.mel
    if rng.random() < 0.4:
        mel = mel @ _warp(float(rng.normal(0, 0.07)))
    line = draw_line(rng, mel)
    sounds = [mel + np.float32(line.gain_db / 10) + line.colour]
    if window.noise is not None:
        sounds.append(_at_level(rng, window.noise) + line.colour)
    mixed = sent(rng, sounds, line)
    return Window(masked(rng, mixed), window.labels, window.sentences)


def draw_line(rng: Random, mel: Frames) -> Line:
    """A telephone line four times in five, at −36 to −12 dBFS, with 8 to 60 dB to its noise."""
    telephone = rng.random() < 0.8
    speech_dbfs = float(rng.uniform(-36, -12) if rng.random() < 0.9 else rng.uniform(-48, -6))
    has = power_of(mel)
    voiced = has[has > 1e-9]
    gain_db = speech_dbfs - 10 * float(np.log10(voiced.mean())) if voiced.size else 0.0
    distance_db = _noise_distance(rng)
    noise = white(10 ** ((speech_dbfs - distance_db) / 10)) + _noise_colour(rng)
    return Line(
        gain_db,
        _curve(rng, tilt=0.3, bump=0.2),
        noise.astype(np.float32),
        telephone_band(rng) if telephone else np.zeros(MELS, np.float32),
        is_mu_law=telephone and rng.random() < 0.75,
    )


def sent(rng: Random, sounds: list[Frames], line: Line) -> Frames:
    """The sum of sounds and noise through the line, normalised."""
    power = sum(np.power(10.0, sound) for sound in sounds)
    noise = line.noise
    if rng.random() < 0.15:
        noise = noise + _drift(rng, len(sounds[0]))
    power = (power + np.power(10.0, noise + _grain(rng, len(sounds[0])))) * np.power(
        10.0, line.band
    )
    if line.is_mu_law:
        own = power_of(np.log10(np.maximum(power, 10**FLOOR)).astype(np.float32))
        coding = white(own * 10 ** (MU_LAW_DB / 10))[:, None] + line.band
        power = power + np.power(10.0, coding + _grain(rng, len(power)))
    return normalised(np.log10(np.maximum(power, 10**FLOOR)).astype(np.float32))


def masked(rng: Random, mel: Frames) -> Frames:
    """Now and then a few bands are gone, so that no one of them is needed (as SpecAugment)."""
    if rng.random() < 0.25:
        mel = mel.copy()
        first = int(rng.integers(MELS - 10))
        mel[:, first : first + int(rng.integers(1, 9))] = mel.min()
    return mel


def telephone_band(rng: Random) -> Curve:
    """A line of 8 kHz: nothing above 4 kHz but a little mirrored by the resampler, often less.

    Measured on mu-law files decoded by the product: −0.3 at 3.7 kHz, −1.2 at 4.17, −3.9 at 4.5.
    """
    hz = centres_hz() + (0.0 if rng.random() < 0.6 else float(rng.uniform(0, 700)))
    high = np.interp(hz, (3500, 4166, 4500, 4833, 8000), (0, -1.2, -3.9, -7, -9))
    low = np.zeros(MELS)
    if rng.random() < 0.4:
        corner = float(rng.uniform(120, 340))
        low = -rng.uniform(0.5, 2.5) * np.clip((corner - centres_hz()) / corner, 0, 1)
    return (high + low).astype(np.float32)


def _noise_distance(rng: Random) -> float:
    drawn = rng.random()
    if drawn < 0.6:
        return float(rng.normal(34, 7))
    return float(rng.uniform(8, 30) if drawn < 0.8 else rng.uniform(40, 75))


def _noise_colour(rng: Random) -> Curve:
    if rng.random() < 0.5:
        return np.zeros(MELS, np.float32)
    return _curve(rng, tilt=0.7, bump=0.3)


def _curve(rng: Random, *, tilt: float, bump: float) -> Curve:
    """A slope over the bands and one slow wave."""
    along = np.linspace(-1, 1, MELS)
    wave = np.cos(np.pi * along * rng.uniform(0.7, 1.6) + rng.uniform(0, 2 * np.pi))
    return (rng.normal(0, tilt) * along + rng.normal(0, bump) * wave).astype(np.float32)


def _drift(rng: Random, count: int) -> Frames:
    """Noise that comes and goes: (count, 1) in log10."""
    places = np.linspace(0, count, 6)
    drift = np.interp(np.arange(count), places, rng.uniform(-0.8, 0.5, 6))
    return drift.astype(np.float32)[:, None]


def _at_level(rng: Random, sound: Frames) -> Frames:
    """Sound that is no speech, at −60 to −8 dBFS."""
    power = power_of(sound)
    present = power[power > 1e-9]
    own_db = 10 * float(np.log10(present.mean())) if present.size else 0.0
    return sound + np.float32((rng.uniform(-60, -8) - own_db) / 10)


def _grain(rng: Random, count: int) -> Frames:
    """How noise varies from frame to frame and band to band: log10 of a factor, mean 1."""
    table = _noise_table()
    start = int(rng.integers(len(table) - count))
    return table[start : start + count]


@cache
def _noise_table() -> Frames:
    """Two minutes of white noise of power 1, less what it has on average."""
    samples = np.random.default_rng(9).standard_normal(_NOISE_S * RATE_HZ, dtype=np.float32)
    return log_power(samples) - white(1.0)


def _warp(amount: float) -> NDArray[np.float32]:
    """(80, 80): every band taken from `exp(amount)` times its frequency: another throat."""
    return _warp_of(round(float(np.clip(amount, -0.18, 0.18)) * 100))


@cache
def _warp_of(percent: int) -> NDArray[np.float32]:
    hz = centres_hz()
    from_band = np.interp(hz * np.exp(percent / 100), hz, np.arange(MELS))
    before = np.minimum(from_band.astype(np.int64), MELS - 2)
    share = (from_band - before).astype(np.float32)
    matrix = np.zeros((MELS, MELS), np.float32)
    matrix[before, np.arange(MELS)] = 1 - share
    matrix[before + 1, np.arange(MELS)] = share
    return matrix
