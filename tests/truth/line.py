"""The telephone line: levels, noise, cross-talk, silence suppression, offset; then a coding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.signal import lfilter

from pipeline.audio.spectrum import HOP, RATE, Samples
from tests.truth.noise import NoiseKind, drifting
from tests.truth.speech import Mask, telephone_band

Dtx = Literal["none", "comfort", "zeros"]
DTX_KINDS: tuple[Dtx, ...] = get_args(Dtx)

_HANGOVER_FRAMES = (2, 9)  # before and after speech that a suppressor lets through: 40 and 180 ms


@dataclass(frozen=True)
class Line:
    """One side's line.

    `snr_db`: mean power of the side's speech while it speaks over the noise's, in the telephone
    band. `level_dbfs`: of that speech. `cross_talk_db`: the other side's sound as heard on this
    channel, relative to itself on its own channel; None for no cross-talk. `dtx`: what a switch
    sends instead of the sound while the side is silent. `offset` is of full scale.
    """

    snr_db: float = 30.0
    noise: NoiseKind = "white"
    drifting: bool = False
    level_dbfs: float = -24.0
    cross_talk_db: float | None = None
    cross_talk_delay_s: float = 0.010
    dtx: Dtx = "none"
    offset: float = 0.0


@dataclass(frozen=True)
class Side:
    """What goes into a side's line: each (n,) samples in the telephone band, and its true speech.

    `hold` sounds where `held` is true, at a level relative to the side's speech; where `muted`,
    nothing else of the side is sent. `extra` are clicks and breaths, relative to the voice.
    """

    voice: Samples
    speech: Mask
    extra: Samples
    noise: Samples
    hold: Samples
    held: Mask
    muted: Mask


def through_lines(
    sides: Sequence[Side], lines: Sequence[Line], rng: np.random.Generator
) -> Samples:
    """(2, n) samples within −1…1 as they reach the recorder."""
    sent = [_sent(side, line, rng) for side, line in zip(sides, lines, strict=True)]
    heard = []
    for own, (side, line) in enumerate(zip(sides, lines, strict=True)):
        sound = sent[own] + leaked(sent[1 - own], line, rng)
        heard.append(suppressed(sound, side, line, rng) + np.float32(line.offset))
    result: Samples = np.clip(np.stack(heard), -1, 1).astype(np.float32)
    return result


def speech_power(voice: Samples, speech: Mask) -> float:
    """Mean square of the voice in its speech frames; of silence 1e-12."""
    spoken = _samples_of(speech, voice.size)
    if not spoken.any():
        return 1e-12
    return max(float(np.mean(np.square(voice[spoken], dtype=np.float64))), 1e-12)


def _sent(side: Side, line: Line, rng: np.random.Generator) -> Samples:
    """Voice, noise and hold at their levels."""
    own_rms = np.sqrt(speech_power(side.voice, side.speech))
    level = np.float32(10 ** (line.level_dbfs / 20) / own_rms)
    noise = telephone_band(side.noise)
    if line.drifting:
        noise = noise * drifting(rng, noise.size)
    noise_rms = np.sqrt(np.mean(np.square(noise, dtype=np.float64)))
    wanted = 10 ** ((line.level_dbfs - line.snr_db) / 20)
    sound = (side.voice + side.extra) * level + noise * np.float32(wanted / noise_rms)
    sound[_samples_of(side.muted, sound.size)] = 0
    result: Samples = sound + side.hold * np.float32(10 ** (line.level_dbfs / 20))
    return result


def leaked(other: Samples, line: Line, rng: np.random.Generator) -> Samples:
    """The other side as it comes across: late, duller, at `cross_talk_db`."""
    if line.cross_talk_db is None:
        return np.zeros_like(other)
    delay = round(line.cross_talk_delay_s * RATE)
    pole = float(rng.uniform(0.0, 0.5))
    dull = lfilter([1 - pole], [1, -pole], other)
    dull *= np.sqrt(np.mean(np.square(other)) / max(float(np.mean(np.square(dull))), 1e-20))
    late = np.concatenate((np.zeros(delay), dull))[: other.size]
    result: Samples = (late * 10 ** (line.cross_talk_db / 20)).astype(np.float32)
    return result


def suppressed(sound: Samples, side: Side, line: Line, rng: np.random.Generator) -> Samples:
    """Comfort noise or zeros wherever the side is silent, as a switch with DTX sends."""
    if line.dtx == "none":
        return sound
    quiet = _samples_of(~_widened(side.speech | side.held), sound.size)
    result = sound.copy()
    result[quiet] = 0.0
    if line.dtx == "comfort":
        rms = 10 ** ((line.level_dbfs - line.snr_db - 3) / 20)
        result[quiet] = rms * rng.standard_normal(int(quiet.sum())).astype(np.float32)
    return result


def _widened(mask: Mask) -> Mask:
    before, after = _HANGOVER_FRAMES
    counts = np.convolve(mask, np.ones(before + after + 1, np.int32))
    result: Mask = counts[before : before + mask.size] > 0
    return result


def _samples_of(mask: Mask, n: int) -> Mask:
    result: Mask = np.repeat(mask, HOP)[:n]
    return result
