"""What a microphone hears beside the voice: a keyboard and breaths; levels as of a voice of 0.1."""

from collections.abc import Sequence

import numpy as np
from scipy.signal import butter, sosfilt

from pipeline.audio.spectrum import RATE, Samples
from pipeline.spans import Span


def keyboard(rng: np.random.Generator, n: int) -> Samples:
    """Bursts of typing: clicks of some milliseconds, three to eight a second, for seconds."""
    sound = np.zeros(n, np.float32)
    at = float(rng.uniform(0, 20))
    while at * RATE < n:
        until = at + float(rng.uniform(2, 10))
        rate, level = rng.uniform(3, 8), 0.1 * 10 ** (rng.uniform(-15, 3) / 20)
        while at < until:
            _mix(sound, at, level * _click(rng))
            at += float(rng.exponential(1 / rate)) + 0.04
        at = until + float(rng.uniform(5, 40))
    return sound


def _click(rng: np.random.Generator) -> Samples:
    """Noise that dies away within 2–8 ms."""
    t = np.arange(RATE // 25) / RATE
    fall = np.exp(-t / rng.uniform(0.002, 0.008))
    return np.asarray(rng.standard_normal(t.size) * fall, np.float32)


def breaths(rng: np.random.Generator, n: int, speech: Sequence[Span]) -> Samples:
    """Breathing in before some of the speech, 25–38 dB below the voice."""
    sound = np.zeros(n, np.float32)
    throat = butter(2, (500, 2500), "bandpass", fs=RATE, output="sos")
    for start, _ in speech:
        if rng.random() < 0.5:
            size = int(rng.uniform(0.2, 0.5) * RATE)
            air = sosfilt(throat, rng.standard_normal(size)) * np.hanning(size)
            level = 0.1 * 10 ** (rng.uniform(-38, -25) / 20)
            breath = np.asarray(level * air / np.std(air), np.float32)
            _mix(sound, start - size / RATE - float(rng.uniform(0.05, 0.2)), breath)
    return sound


def _mix(sound: Samples, at_s: float, event: Samples) -> None:
    begin = max(round(at_s * RATE), 0)
    part = sound[begin : begin + event.size]
    part += event[: part.size]
