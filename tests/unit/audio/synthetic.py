"""Made-up calls whose truth is known: who speaks when, with the line's noise, leak and coding."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, sosfilt

Samples = npt.NDArray[np.float32]
Spans = list[tuple[float, float]]
Voice = Callable[[np.random.Generator, int], Samples]

RATE = 8_000
_FORMANTS = ((650, 80), (1100, 90), (2450, 140))  # Hz and bandwidth, drawn around these


@dataclass(frozen=True)
class Line:
    """What the telephone line adds; levels in dB relative to the speech, `offset` of full scale."""

    snr_db: float = 30.0
    leak_db: float | None = None
    leak_delay_s: float = 0.010
    level_dbfs: float = -24.0
    offset: float = 0.0
    silence_suppressed: bool = False
    mu_law: bool = True


@dataclass(frozen=True)
class Truth:
    """A made-up call: (2, n) samples at 8 kHz, and each side's true speech in seconds."""

    samples: Samples
    speech: tuple[Spans, Spans]


def speech_like(rng: np.random.Generator, side: int, seconds: float | None = None) -> Samples:
    """A phrase: a gliding harmonic source with breath through three formants, in syllables."""
    seconds = rng.uniform(0.4, 3.5) if seconds is None else seconds
    n = int(seconds * RATE)
    t = np.arange(n) / RATE
    pitch = (115, 200)[side] * 2 ** (0.15 * np.sin(2 * np.pi * rng.uniform(0.3, 0.8) * t))
    buzz = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / RATE)) + 0.3 * rng.standard_normal(n)
    sound = np.zeros(n)
    for centre, width in _FORMANTS:
        pole = np.exp(-np.pi * width / RATE)
        angle = 2 * np.pi * centre * rng.uniform(0.8, 1.2) / RATE
        sound += lfilter([1 - pole], [1, -2 * pole * np.cos(angle), pole**2], buzz)
    rhythm, depth_db = rng.uniform(3, 6), rng.uniform(8, 20)
    syllables = 10 ** (-depth_db / 20 * (0.5 - 0.5 * np.cos(2 * np.pi * rhythm * t + np.pi)))
    edge = np.minimum(1, np.minimum(t, t[::-1]) / 0.015)
    sound = sound * syllables * edge
    return np.asarray(sound / np.sqrt(np.mean(sound**2)), np.float32)


def call(
    rng: np.random.Generator,
    *,
    seconds: float = 120.0,
    lines: tuple[Line, Line] = (Line(), Line()),
    voice: Voice = speech_like,
) -> Truth:
    """A conversation in turns, with pauses, at times dead air of 5–20 s, and a little overlap."""
    clean = np.zeros((2, int(seconds * RATE)), np.float32)
    speech: tuple[Spans, Spans] = ([], [])
    now, side = float(rng.uniform(0.5, 2)), 0
    while now < seconds - 5:
        for _ in range(rng.integers(1, 4)):
            phrase = voice(rng, side)
            start = int(now * RATE)
            end = min(start + phrase.size, clean.shape[1] - RATE)
            if end - start < RATE // 4:
                break
            clean[side, start:end] = phrase[: end - start]
            speech[side].append((start / RATE, end / RATE))
            now = end / RATE + rng.uniform(0.3, 1.2)
        now += rng.uniform(5, 20) if rng.random() < 0.15 else rng.uniform(-0.8, 1.0)
        side = 1 - side
    return Truth(_through_lines(clean, lines, rng), speech)


def _through_lines(clean: Samples, lines: tuple[Line, Line], rng: np.random.Generator) -> Samples:
    out = np.zeros_like(clean)
    telephone = butter(4, (300, 3400), "bandpass", fs=RATE, output="sos")
    band = [sosfilt(telephone, channel) for channel in clean]
    for side, line in enumerate(lines):
        sound = band[side].copy()
        if line.leak_db is not None:
            delay = int(line.leak_delay_s * RATE)
            sound[delay:] += band[1 - side][: sound.size - delay] * 10 ** (line.leak_db / 20)
        sound += rng.standard_normal(sound.size) * 10 ** (-line.snr_db / 20)
        sound *= 10 ** (line.level_dbfs / 20)
        if line.silence_suppressed:
            sound[_quiet(clean[side])] = 0
        out[side] = sound + line.offset
        if line.mu_law:
            out[side] = mu_law_round_trip(out[side])
    return out


def _quiet(channel: Samples) -> npt.NDArray[np.bool_]:
    """Where the side has said nothing for 0.2 s and says nothing in the next 0.05 s."""
    spoken = np.flatnonzero(channel)
    quiet = np.ones(channel.size, np.bool_)
    for block in np.split(spoken, np.flatnonzero(np.diff(spoken) > RATE // 8) + 1):
        if block.size:
            quiet[max(0, block[0] - RATE // 20) : block[-1] + RATE // 5] = False
    return quiet


def mu_law_round_trip(samples: Samples) -> Samples:
    """What is left of samples within −1…1 after 8 bits of mu-law (ITU-T G.711, continuous form)."""
    folded = np.sign(samples) * np.log1p(255 * np.abs(np.clip(samples, -1, 1))) / np.log(256)
    steps = np.round(folded * 127) / 127
    unfolded = np.sign(steps) * (256 ** np.abs(steps) - 1) / 255
    return np.asarray(unfolded, np.float32)
