"""A spoken call as a telephone recording: two channels, 8 kHz, mu-law, noise and cross-talk."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from flows.demo.hold_music import hold_music
from flows.demo.timeline import AGENT, CUSTOMER, Script, Timeline, lay_out
from flows.demo.wording import Random
from models.speech.voices import Samples, Sentence, Speaker

RATE_HZ = 8000
MU_LAW_TAG = 7
CHANNELS = (AGENT, CUSTOMER)
"""Left, right."""

_MUSIC_FROM_S = 12.0
"""A shorter hold is silent: not every telephone plays music, and then the words must tell."""
_MUSIC_STARTS_S, _MUSIC_STOPS_S = 1.0, 0.5
_MUSIC_LEVEL = 0.5


@dataclass(frozen=True)
class LineQuality:
    """The telephone line: levels in dB.

    `noise_db` and `cross_talk_db` are below the speech of the same and of the other side; speech
    itself lies between `quietest_dbfs` and `loudest_dbfs`, drawn for each call and side.
    """

    noise_db: float = -35.0
    cross_talk_db: float = -35.0
    quietest_dbfs: float = -27.0
    loudest_dbfs: float = -19.0


def record(
    rng: Random, script: Script, voices: Speaker, quality: LineQuality = LineQuality()
) -> tuple[Timeline, Samples]:
    """Speak a script. Returns its timeline and the sound, (samples, 2) floats within ±1.

    Music plays on the agent's channel through the longer holds.
    """
    spoken = [voices.say(line.text, script.deliveries[line.side]) for line in script.lines]
    timeline = lay_out(script.lines, [sentence.words for sentence in spoken])
    sides = [_place(timeline, spoken, side) for side in CHANNELS]
    _play_music(rng.spawn(1)[0], timeline, sides[CHANNELS.index(AGENT)])
    return timeline, _transmit(rng, sides, quality)


def _place(timeline: Timeline, spoken: Sequence[Sentence], side: str) -> Samples:
    """One side's sentences at their times, silence elsewhere."""
    channel = np.zeros(round(timeline.duration_s * RATE_HZ), dtype=np.float32)
    for utterance in timeline.utterances:
        if utterance.line.side == side:
            sentence = spoken[utterance.index]
            sound = resample_poly(sentence.samples, RATE_HZ // 50, sentence.rate_hz // 50)
            start = round(utterance.start_s * RATE_HZ)
            stop = min(start + len(sound), len(channel))
            channel[start:stop] += sound[: stop - start]
    return channel


def _play_music(rng: Random, timeline: Timeline, channel: Samples) -> None:
    """Fill the channel's longer holds, below the level of its speech."""
    loudness = _rms(channel)
    for start_s, end_s in timeline.hold:
        if end_s - start_s >= _MUSIC_FROM_S:
            seconds = end_s - start_s - _MUSIC_STARTS_S - _MUSIC_STOPS_S
            music = hold_music(rng, seconds, rate_hz=RATE_HZ) * np.float32(_MUSIC_LEVEL * loudness)
            first = round((start_s + _MUSIC_STARTS_S) * RATE_HZ)
            channel[first : first + len(music)] = music


def _transmit(rng: Random, sides: Sequence[Samples], quality: LineQuality) -> Samples:
    """Set levels, let each side leak into the other, add noise."""
    levels = rng.uniform(quality.quietest_dbfs, quality.loudest_dbfs, len(sides))
    loud = [_at_level(side, level) for side, level in zip(sides, levels, strict=True)]
    leak = _gain(quality.cross_talk_db)
    heard = [
        own + leak * other + _hiss(rng, len(own), level + quality.noise_db)
        for own, other, level in zip(loud, reversed(loud), levels, strict=True)
    ]
    return np.clip(np.stack(heard, axis=1), -1, 1).astype(np.float32)


def _at_level(side: Samples, dbfs: float) -> Samples:
    """Scale so that the speech (not the silence) has the RMS level `dbfs`."""
    return side * np.float32(_gain(dbfs) / (_rms(side) or 1.0))


def _rms(side: Samples) -> float:
    """Of what sounds."""
    sound = side[side != 0]
    return float(np.sqrt(np.mean(sound**2))) if len(sound) else 0.0


def _hiss(rng: Random, length: int, dbfs: float) -> Samples:
    return (rng.standard_normal(length, dtype=np.float32) * np.float32(_gain(dbfs))).astype(
        np.float32
    )


def _gain(db: float) -> float:
    return float(10 ** (db / 20))


def encode_mu_law(samples: Samples) -> NDArray[np.uint8]:
    """G.711 mu-law: sign, 3-bit exponent and 4-bit mantissa of a 14-bit magnitude, inverted."""
    linear = np.round(samples * 32767).astype(np.int32)
    magnitude = np.minimum(np.abs(linear), 32635) + 132
    exponent = np.frexp(magnitude.astype(np.float64))[1] - 8
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(linear < 0, 0x80, 0)
    code: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return code


def write_wav(path: Path, samples: Samples) -> None:
    """Write (samples, channels) as a mu-law WAV file, with the `fact` chunk that it must have."""
    count, channels = samples.shape
    data = encode_mu_law(samples).tobytes()
    padding = b"\x00" * (len(data) % 2)
    form = struct.pack(
        "<HHIIHHH", MU_LAW_TAG, channels, RATE_HZ, RATE_HZ * channels, channels, 8, 0
    )
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body
        for name, body in ((b"fmt ", form), (b"fact", struct.pack("<I", count)))
    )
    body = b"WAVE" + chunks + b"data" + struct.pack("<I", len(data)) + data + padding
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
