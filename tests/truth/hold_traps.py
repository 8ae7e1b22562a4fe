"""Sounds that are no hold although they last, repeat or sing: 8 kHz, RMS 0.1 where they sound."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pipeline.audio.spectrum import RATE, Samples
from tests.truth.disturbances import keyboard
from tests.truth.instruments import VOWELS_HZ, Sound, buzz, place, voiced
from tests.truth.noise import babble, coloured, noise
from tests.truth.voices import Manner, Studio, Voice

_DTMF_HZ = ((697, 770, 852, 941), (1209, 1336, 1477))


def trap_sound(
    kind: str, rng: np.random.Generator, seconds: float, *, studio: Studio, voices: Sequence[Voice]
) -> Samples:
    """One of `TRAP_KINDS`; the voices, espeak-ng's, speak where the kind is speech."""
    n = round(seconds * RATE)
    if kind in _MANNERS:
        sound = _read(rng, n, kind, studio, voices)
    elif kind == "drilled speech":
        sound = _drilled(rng, n, studio, voices)
    elif kind == "babble":
        talkers = int(rng.integers(2, 13))
        sound = babble(rng, n, _talk(rng, studio, voices), talkers).astype(np.float64)
    else:
        sound = _SOUNDS[kind](rng, n)
    loud = sound[np.abs(sound) > 0.01 * np.abs(sound).max()]
    return np.asarray(0.1 * sound / np.sqrt(np.mean(np.square(loud))), np.float32)


_MANNERS: Mapping[str, Callable[[np.random.Generator], Manner]] = {
    "slow speech": lambda rng: Manner(int(rng.integers(80, 115)), int(rng.integers(20, 80)), 50),
    "monotone speech": lambda rng: Manner(int(rng.integers(110, 200)), int(rng.integers(80)), 10),
    "hasty speech": lambda rng: Manner(int(rng.integers(210, 280)), int(rng.integers(20, 80)), 60),
}


def _talk(rng: np.random.Generator, studio: Studio, voices: Sequence[Voice]) -> list[Samples]:
    drawn = [voices[int(rng.integers(len(voices)))] for _ in range(12)]
    return [studio.sentence(voice, Manner.drawn(rng), rng) for voice in drawn]


def _read(
    rng: np.random.Generator, n: int, kind: str, studio: Studio, voices: Sequence[Voice]
) -> Sound:
    """A monologue with hardly a pause."""
    out, at = np.zeros(n), 0.0
    voice, manner = voices[int(rng.integers(len(voices)))], _MANNERS[kind](rng)
    while at < n / RATE:
        said = studio.sentence(voice, manner, rng)
        place(out, at, said.astype(np.float64))
        at += said.size / RATE + float(rng.uniform(0.05, 0.5))
    return out


def _drilled(rng: np.random.Generator, n: int, studio: Studio, voices: Sequence[Voice]) -> Sound:
    """One to three sentences over and over, as regular as a ring tone to within 0.2 s."""
    out, at = np.zeros(n), 0.0
    voice, manner = voices[int(rng.integers(len(voices)))], Manner.drawn(rng)
    lines = [studio.sentence(voice, manner, rng) for _ in range(int(rng.integers(1, 4)))]
    lines = [line[: round(4.5 * RATE)] for line in lines]
    every = max(line.size for line in lines) / RATE + float(rng.uniform(0.1, 2.0))
    jitter = float(rng.uniform(0, 0.2))
    while at < n / RATE:
        line = lines[int(rng.integers(len(lines)))]
        place(out, at + jitter * float(rng.random()), line.astype(np.float64))
        at += every
    return out


def _held(rng: np.random.Generator, n: int) -> Sound:
    """Vowels of 0.5–2.5 s, as of "aaah", "sooo", with a wavering pitch, and pauses."""
    out, at = np.zeros(n), 0.0
    while at < n / RATE:
        size = int(rng.uniform(0.5, 2.5) * RATE)
        glide = np.linspace(0, rng.uniform(-0.3, 0.3), size)
        waver = np.cumsum(rng.standard_normal(size)) * 0.02 / np.sqrt(RATE)
        pitch = rng.uniform(90, 280) * 2 ** (glide + waver)
        vowel = np.full(size, rng.integers(len(VOWELS_HZ)))
        edge = np.minimum(1, np.minimum(np.arange(size), np.arange(size)[::-1]) / 400)
        place(out, at, voiced(buzz(pitch), vowel, float(rng.uniform(0.9, 1.2))) * edge)
        at += size / RATE + float(rng.uniform(0.3, 3))
    return out


def _laughter(rng: np.random.Generator, n: int) -> Sound:
    """Bursts of "ha", four to seven a second."""
    out, at = np.zeros(n), 0.0
    while at < n / RATE:
        base, every = rng.uniform(150, 400), float(rng.uniform(0.14, 0.25))
        for number in range(int(rng.integers(4, 14))):
            size = int(every * rng.uniform(0.4, 0.6) * RATE)
            pitch = base * 2 ** (np.linspace(0.1, -0.1, size) - 0.03 * number)
            source = buzz(pitch) + 0.5 * rng.standard_normal(size)
            place(out, at, voiced(source, np.zeros(size, np.int64), 1.05) * np.hanning(size))
            at += every
        at += float(rng.uniform(0.3, 2))
    return out


def _hum(rng: np.random.Generator, n: int) -> Sound:
    """The mains and up to twenty harmonics over a little noise."""
    t = np.arange(n) / RATE
    base, fall = float(rng.choice((50, 60, 100, 120))), rng.uniform(0.3, 1.5)
    tones = [
        np.sin(2 * np.pi * (base * k * t + rng.uniform())) / k**fall
        for k in range(1, int(rng.integers(6, 21)))
    ]
    return np.asarray(np.sum(tones, axis=0) + rng.uniform(0.01, 0.3) * rng.standard_normal(n))


def _motor(rng: np.random.Generator, n: int) -> Sound:
    """A vacuum cleaner or a fan: harmonics whose pitch drifts and is driven over, in a roar."""
    knots = np.linspace(0, n, int(n / RATE / rng.uniform(1.0, 4.0)) + 3)
    drift = np.interp(np.arange(n), knots, np.cumsum(rng.normal(0, 0.4, knots.size)))
    phase = 2 * np.pi * np.cumsum(rng.uniform(80, 400) * 2 ** (drift / 12)) / RATE
    tones = sum(
        rng.uniform(0.2, 1.0) / k * np.sin(k * phase + rng.uniform(0, 2 * np.pi))
        for k in range(1, int(rng.integers(4, 16)))
    )
    load = np.interp(np.arange(n), knots, rng.uniform(0.5, 1.5, knots.size))
    roar = coloured(rng, n, float(rng.uniform(0, 1.5))).astype(np.float64)
    return np.asarray((tones + rng.uniform(0.2, 1.5) * roar / roar.std()) * load, np.float64)


def _keys(rng: np.random.Generator, n: int) -> Sound:
    return keyboard(rng, n).astype(np.float64) + 1e-3 * rng.standard_normal(n)


def _dialled(rng: np.random.Generator, n: int) -> Sound:
    """Telephone keys, one to eight in a row."""
    out, t, at = np.zeros(n), np.arange(int(0.15 * RATE)) / RATE, float(rng.uniform(1, 5))
    while at < n / RATE:
        for _ in range(int(rng.integers(1, 9))):
            low, high = (several[int(rng.integers(3))] for several in _DTMF_HZ)
            place(out, at, np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t))
            at += float(rng.uniform(0.2, 0.4))
        at += float(rng.uniform(5, 20))
    return out + 1e-4 * rng.standard_normal(n)


def _fax(rng: np.random.Generator, n: int) -> Sound:
    """One tone of 1–6 s."""
    t = np.arange(int(rng.uniform(1, 6) * RATE)) / RATE
    out = 1e-4 * rng.standard_normal(n)
    place(out, float(rng.uniform(1, 10)), np.sin(2 * np.pi * float(rng.choice((1100, 2100))) * t))
    return out


def _hiss(rng: np.random.Generator, n: int) -> Sound:
    """Comfort noise."""
    return noise("white" if rng.random() < 0.5 else "pink", rng, n).astype(np.float64)


def _traffic(rng: np.random.Generator, n: int) -> Sound:
    return noise("street", rng, n).astype(np.float64)


_SOUNDS: Mapping[str, Callable[[np.random.Generator, int], Sound]] = {
    "held vowels": _held,
    "laughter": _laughter,
    "hum": _hum,
    "motor": _motor,
    "keyboard": _keys,
    "dialled keys": _dialled,
    "fax": _fax,
    "hiss": _hiss,
    "street": _traffic,
}

TRAP_KINDS: tuple[str, ...] = (*_MANNERS, "babble", *_SOUNDS, "drilled speech")
"""Every kind."""
