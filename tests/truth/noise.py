"""Background noise: white, pink, babble and street, each with a mean square of 1."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from scipy import fft
from scipy.signal import butter, sosfilt

from pipeline.audio.spectrum import RATE, Samples

NoiseKind = Literal["white", "pink", "babble", "street"]
NOISE_KINDS: tuple[NoiseKind, ...] = get_args(NoiseKind)


def noise(
    kind: NoiseKind, rng: np.random.Generator, n: int, *, talk: Sequence[Samples] = ()
) -> Samples:
    """`n` samples at 8 kHz; `talk` are the sentences that babble is mixed of."""
    if kind == "babble":
        return _even(babble(rng, n, talk))
    if kind == "street":
        return _even(street(rng, n))
    return _even(coloured(rng, n, 0.0 if kind == "white" else 1.0))


def drifting(
    rng: np.random.Generator, n: int, *, db: float = 3.0, every_s: float = 10.0
) -> Samples:
    """A gain that wanders slowly, by about `db`: a slowly varying noise."""
    points = max(int(n / RATE / every_s) + 4, 8)
    curve = np.interp(
        np.linspace(0, points - 1, n), np.arange(points), db * rng.standard_normal(points)
    )
    result: Samples = (10 ** (curve / 20)).astype(np.float32)
    return result


def coloured(rng: np.random.Generator, n: int, exponent: float) -> Samples:
    """Gaussian noise with power ∝ 1/f^exponent above 50 Hz: 0 is white, 1 pink, 2 brown."""
    size = fft.next_fast_len(n, real=True)
    spectrum = fft.rfft(rng.standard_normal(size).astype(np.float32))
    hz = np.maximum(fft.rfftfreq(size, 1 / RATE), 50.0)
    sound = fft.irfft(spectrum * (hz / 1000) ** (-exponent / 2), size)
    return np.asarray(sound[:n], np.float32)


def babble(rng: np.random.Generator, n: int, talk: Sequence[Samples], talkers: int = 7) -> Samples:
    """An office: seven talkers without a pause, some slower and some faster than recorded."""
    sound = np.zeros(n, np.float32)
    assert talk, "babble is mixed of sentences"
    for _ in range(talkers):
        strand = _strand(rng, n, talk)
        sound += strand * np.float32(10 ** (rng.uniform(-8, 0) / 20))
    return sound


def _strand(rng: np.random.Generator, n: int, talk: Sequence[Samples]) -> Samples:
    """The sentences in another order, at another speed, over and over, from anywhere."""
    joined = np.concatenate([talk[int(i)] for i in rng.permutation(len(talk))])
    places = np.arange(0, joined.size - 1, rng.uniform(0.85, 1.15))
    spoken = np.interp(places, np.arange(joined.size), joined).astype(np.float32)
    turned = np.roll(spoken, int(rng.integers(spoken.size)))
    return np.resize(turned, n)


def street(rng: np.random.Generator, n: int) -> Samples:
    """Rumble, now more and now less, with cars that pass and at times a horn."""
    rumble = coloured(rng, n, 1.5) * drifting(rng, n, db=2.0, every_s=3.0)
    sound = rumble / np.float32(np.std(rumble))
    for start in _moments(rng, n, every_s=9.0):
        _mix(sound, start, _car(rng))
    for start in _moments(rng, n, every_s=45.0):
        _mix(sound, start, _horn(rng))
    return sound


def _moments(rng: np.random.Generator, n: int, *, every_s: float) -> list[int]:
    return sorted(rng.integers(0, n, rng.poisson(n / RATE / every_s)).tolist())


def _mix(sound: Samples, start: int, event: Samples) -> None:
    part = sound[start : start + event.size]
    part += event[: part.size]


def _car(rng: np.random.Generator) -> Samples:
    """Tyre noise that swells and fades within some seconds."""
    n = int(rng.uniform(2.5, 7.0) * RATE)
    band_hz = (rng.uniform(150, 400), rng.uniform(900, 2500))
    band = butter(1, band_hz, "bandpass", fs=RATE, output="sos")
    tyres = sosfilt(band, rng.standard_normal(n))
    swell = np.hanning(n) ** 2 * rng.uniform(1.0, 3.0) / np.std(tyres)
    return np.asarray(tyres * swell, np.float32)


def _horn(rng: np.random.Generator) -> Samples:
    """Two reeds a third apart, each with its harmonics."""
    t = np.arange(int(rng.uniform(0.2, 1.0) * RATE)) / RATE
    low = rng.uniform(330, 450)
    tones = [np.sin(2 * np.pi * hz * k * t) / k for hz in (low, 1.25 * low) for k in range(1, 7)]
    edge = np.minimum(1, np.minimum(t, t[::-1]) / 0.02)
    return np.asarray(sum(tones) * edge * rng.uniform(0.5, 1.5), np.float32)


def _even(sound: Samples) -> Samples:
    rms = np.sqrt(np.mean(np.square(sound, dtype=np.float64)))
    return sound / np.float32(max(rms, 1e-9))
