"""Instruments and a singing voice at 8 kHz, from nothing but numbers: for made-up hold music."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, sosfilt

Sound = npt.NDArray[np.float64]

RATE = 8_000
_HIGHEST_HZ = 3_800.0

VOWELS_HZ = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
    (640, 1190, 2390),
)
"""Formants of a, i, u, e, o and the neutral vowel (Peterson and Barney 1952)."""


@dataclass(frozen=True)
class Timbre:
    """How a note sounds: amplitude of partial k is k^−`fall` (even ones times `even`).

    `decay_s` is the time to fall to 1/e, 0 for a sustained note. `stretch` makes partials
    inharmonic, as of strings and bells. `voices` detuned copies by about `detune_cents`.
    """

    fall: float = 1.2
    even: float = 1.0
    attack_s: float = 0.01
    decay_s: float = 0.0
    stretch: float = 0.0
    voices: int = 1
    detune_cents: float = 6.0
    vibrato_cents: float = 0.0


def hertz(note: float) -> float:
    """Frequency of a MIDI note number."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def place(out: Sound, start_s: float, sound: Sound, gain: float = 1.0) -> None:
    """Add a sound from a moment on; what reaches beyond the end is cut."""
    start = round(start_s * RATE)
    if 0 <= start < out.size:
        part = sound[: out.size - start]
        out[start : start + part.size] += gain * part


def tone(rng: np.random.Generator, note: float, seconds: float, timbre: Timbre) -> Sound:
    """A note of an instrument."""
    t = np.arange(max(1, round(seconds * RATE))) / RATE
    sound = np.zeros(t.size)
    for _ in range(timbre.voices):
        cents = rng.normal(0, timbre.detune_cents) if timbre.voices > 1 else 0.0
        wobble = timbre.vibrato_cents * np.sin(2 * np.pi * 5.3 * t + rng.uniform(0, 6))
        base = hertz(note) * 2 ** ((cents + wobble) / 1200)
        turns = np.cumsum(base) / RATE
        for k in range(1, int(_HIGHEST_HZ / hertz(note)) + 1):
            ratio = k * np.sqrt(1 + timbre.stretch * k * k)
            if ratio * hertz(note) > _HIGHEST_HZ or k > 24:
                break
            fading = np.exp(-t * k**0.5 / timbre.decay_s) if timbre.decay_s else 1.0
            strength = k**-timbre.fall * (timbre.even if k % 2 == 0 else 1.0)
            sound += strength * fading * np.sin(2 * np.pi * (ratio * turns + rng.uniform()))
    edge = np.minimum(1, t / timbre.attack_s) * np.minimum(1, (t[-1] - t) / 0.02)
    return np.asarray(sound * edge / timbre.voices)


def plucked_string(rng: np.random.Generator, note: float, seconds: float, dull: float) -> Sound:
    """A guitar's string after Karplus and Strong (1983); `dull` within 0…1 takes the treble."""
    period = max(2, round(RATE / hertz(note)))
    burst = lfilter([1 - dull], [1, -dull], rng.uniform(-1, 1, period))
    source = np.zeros(round(seconds * RATE))
    source[: min(period, source.size)] = burst[: source.size]
    loop = np.zeros(period + 2)
    loop[0], loop[period], loop[period + 1] = 1.0, -0.498, -0.498
    return np.asarray(lfilter([1.0], loop, source))


def kick(rng: np.random.Generator) -> Sound:
    """A bass drum: a falling sine and the beater's click."""
    t = np.arange(int(0.25 * RATE)) / RATE
    pitch = 55 + rng.uniform(80, 160) * np.exp(-t / 0.03)
    body = np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * np.exp(-t / 0.09)
    return np.asarray(body + 0.3 * rng.standard_normal(t.size) * np.exp(-t / 0.004))


def snare(rng: np.random.Generator) -> Sound:
    """A snare drum: noise over a short tone."""
    t = np.arange(int(0.2 * RATE)) / RATE
    noise = rng.standard_normal(t.size) * np.exp(-t / rng.uniform(0.04, 0.08))
    return np.asarray(0.5 * noise + 0.4 * np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.05))


def cymbal(rng: np.random.Generator, ring_s: float) -> Sound:
    """A hi-hat (`ring_s` 0.03) or a cymbal (0.3): high noise."""
    t = np.arange(int(4 * ring_s * RATE)) / RATE
    high = butter(2, 2500, "highpass", fs=RATE, output="sos")
    return np.asarray(sosfilt(high, rng.standard_normal(t.size)) * np.exp(-t / ring_s))


def buzz(pitch_hz: Sound) -> Sound:
    """A voice's source: a pulse train without aliases, 6 dB less every octave."""
    harmonics = max(1, int(_HIGHEST_HZ / pitch_hz.max()))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE
    half = np.sin(phase / 2)
    safe = np.where(np.abs(half) < 1e-6, 1e-6, half)
    pulses = np.sin((harmonics + 0.5) * phase) / safe - 1
    return np.asarray(lfilter([1.0], [1, -0.9], pulses / harmonics))


def voiced(source: Sound, vowels: npt.NDArray[np.int64], scale: float) -> Sound:
    """A source through a vowel per sample of `VOWELS_HZ`, which glide over 50 ms."""
    out = np.zeros(source.size)
    glide = np.hanning(int(0.05 * RATE))
    for index, formants in enumerate(VOWELS_HZ):
        weight = np.convolve(vowels == index, glide / glide.sum(), "same")
        if weight.any():
            out += weight * _through(source, formants, scale)
    return out


def _through(source: Sound, formants: tuple[int, ...], scale: float) -> Sound:
    for centre, width in zip(formants, (80, 100, 160), strict=True):
        pole = np.exp(-np.pi * width / RATE)
        angle = 2 * np.pi * min(centre * scale, _HIGHEST_HZ) / RATE
        gain = abs(1 - 2 * pole * np.cos(angle) + pole**2)
        source = lfilter([gain], [1, -2 * pole * np.cos(angle), pole**2], source)
    return source


def consonant(rng: np.random.Generator) -> Sound:
    """A hiss or a burst at the start of a syllable."""
    n = int(rng.uniform(0.02, 0.12) * RATE)
    low = rng.uniform(1200, 2600)
    band = butter(2, (low, 3700), "bandpass", fs=RATE, output="sos")
    return np.asarray(sosfilt(band, rng.standard_normal(n)) * np.hanning(n))
