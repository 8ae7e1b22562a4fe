"""Hold by its sound alone: music, ring tones, beeps. Found before levels, for music shifts them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from pipeline.audio.cadence import tone_signals
from pipeline.audio.hold_features import INGREDIENTS, STEP_S, hold_features
from pipeline.audio.masks import held_by
from pipeline.audio.spectrum import BINS_HZ, HISTORY, HOP_S, RATE, Piece, Track
from pipeline.spans import Span, merged

if TYPE_CHECKING:
    from pipeline.audio.tracks import Tracks

WEIGHTS = Path(__file__).with_suffix(".json")
"""Made by `python -m tests.truth.train_hold_music`."""

Spans = tuple[Span, ...]

_BAND = slice(*(int(i) for i in np.searchsorted(BINS_HZ, (200.0, 3500.0))))
_EMPHASIS = (np.abs(1 - 0.95 * np.exp(-2j * np.pi * BINS_HZ / RATE)) ** 2)[_BAND].astype(np.float32)
_NOTHING = np.float32(1e-13)  # per bin, −110 dBFS in all: digital silence has no spectrum
_STEADY_FRAMES = 6  # 120 ms
_NO_LEVEL_DBFS = -80.0  # what is quieter, or before the call, is all the same
_HIGHEST_PEAK = 4.0  # octaves of power, 12 dB


def hold_ingredients(piece: Piece) -> dict[str, Track]:
    """What the detector needs of every frame, between 200 and 3500 Hz after 0.95 pre-emphasis.

    `emphasised_dbfs`: power. `flatness_db`: geometric over arithmetic mean of the bins, 0 for a
    flat spectrum, far below for a tone. `steadiness` 0–1: how far bins stand above those two
    before and two after (capped at 12 dB), now, 60 and 120 ms ago, whichever is least; mean over
    the bins. `likeness`: correlation of the log spectrum with that 160 ms ago; below 0 counts as 0.
    """
    power = piece.power[:, _BAND] * _EMPHASIS
    power += _NOTHING
    octaves = np.log2(power)
    middle = octaves.mean(axis=1)
    mean_db = 10 * np.log10(power[HISTORY:].mean(axis=1))
    return {
        "emphasised_dbfs": mean_db + np.float32(10 * np.log10(power.shape[1])),
        "flatness_db": np.float32(10 * np.log10(2)) * middle[HISTORY:] - mean_db,
        "steadiness": _steadiness(octaves),
        "likeness": _likeness(octaves - middle[:, None]),
    }


def _steadiness(octaves: Track) -> Track:
    height = octaves[:, :-4] + octaves[:, 4:]
    height *= np.float32(-0.5)
    height += octaves[:, 2:-2]
    half = _STEADY_FRAMES // 2
    least = np.minimum(height[HISTORY:], height[HISTORY - half : -half])
    np.minimum(least, height[HISTORY - 2 * half : -2 * half], out=least)
    np.clip(least, 0, _HIGHEST_PEAK, out=least)
    result: Track = least.mean(axis=1) / np.float32(_HIGHEST_PEAK)
    return result


def _likeness(centred: Track) -> Track:
    size = np.einsum("ij,ij->i", centred, centred)
    both = np.einsum("ij,ij->i", centred[HISTORY:], centred[:-HISTORY])
    result: Track = both / np.sqrt(size[HISTORY:] * size[:-HISTORY] + np.float32(1e-12))
    return result


@dataclass(frozen=True)
class HoldOptions:
    """How probabilities become spans.

    The median of `smooth` steps; a span is where it is above `low` and somewhere above `high`;
    gaps up to `fill_s` are filled, and what is then shorter than `least_s` is dropped. An end
    moves, by up to `reach_s` out and in, to where the level changes most and by `jump_db` or more:
    the windows look so far ahead that a hold is found too early rather than too late. Where the
    level keeps within `still_db` (P97 − P3 over 8 s) is no music but hum or hiss; in music of every
    kind it moved by 4.5 dB and more. Nor is what has the
    level of the channel's pauses: a fan. Its median and lower quartile are within `alike_db` of
    the lower quartile and tenth of the rest, half of which is speech.
    """

    smooth: int = 7
    high: float = 0.6
    low: float = 0.3
    fill_s: float = 6.0
    least_s: float = 8.0
    reach_s: tuple[float, float] = (2.0, 3.0)
    jump_db: float = 6.0
    still_db: float = 3.5
    alike_db: tuple[float, float] = (0.6, 1.1)
    rest_s: float = 10.0


@dataclass(frozen=True, eq=False)
class Ensemble:
    """P(music) = mean of σ(v · tanh(A z + b) + c) over networks, z the standard scores cut at ±4.

    A logistic regression on a few learnt combinations: a hum is as steady as a chord, and only both
    together, steady and moving, are music. Of kinds of music left out of the training it found 79 %
    of the seconds where the plain regression on the same features found 64 %. Networks that start
    from different draws disagree about what none of them has heard: alone they found 90–94 % of the
    hold on unseen calls, five together 94 %. `hidden` is (networks, features, units).
    """

    names: tuple[str, ...]
    mean: npt.NDArray[np.float64]
    deviation: npt.NDArray[np.float64]
    hidden: npt.NDArray[np.float64]
    hidden_bias: npt.NDArray[np.float64]
    out: npt.NDArray[np.float64]
    out_bias: npt.NDArray[np.float64]

    def probability(self, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """(steps,) of (steps, features)."""
        score = np.clip((features - self.mean) / self.deviation, -4, 4)
        # einsum: the same bytes on any number of threads, and a matrix product wakes them all.
        inner = np.tanh(np.einsum("ij,njk->nik", score, self.hidden) + self.hidden_bias[:, None])
        margin = np.einsum("nik,nk->ni", inner, self.out) + self.out_bias[:, None]
        result: npt.NDArray[np.float64] = np.mean(1 / (1 + np.exp(-margin)), axis=0)
        return result


def weights_version() -> str:
    """Names the networks."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:8]


@cache
def trained() -> Ensemble:
    """The networks whose weights lie beside this module."""
    weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    names = tuple(weights.pop("names"))
    return Ensemble(names, **{name: np.array(values) for name, values in weights.items()})


def hold_music(
    channels: Sequence["Tracks"], *, options: HoldOptions = HoldOptions()
) -> tuple[Spans, ...]:
    """Every channel's hold with a sound: sorted, disjoint seconds. A silent hold has none."""
    return tuple(_hold(channel, options) for channel in channels)


def _hold(channel: "Tracks", options: HoldOptions) -> Spans:
    if channel.frames * HOP_S < options.least_s:
        return ()
    level = channel["emphasised_dbfs"]
    probability = music_probability(channel, still_db=options.still_db)
    music = [_refined(span, level, options) for span in _spans(probability, options)]
    music = _unlike_the_rest(
        [(start, end) for start, end in music if end - start >= options.least_s], level, options
    )
    signals = tone_signals(channel["level_dbfs"], channel["tilt_db"], channel["flatness_db"])
    return merged((*music, *signals), gap_s=STEP_S)


def _unlike_the_rest(spans: list[Span], level: Track, options: HoldOptions) -> list[Span]:
    """The spans that are not just what is heard in the channel's pauses, where there is a rest."""
    outside = ~held_by(spans, level.size)
    if np.count_nonzero(outside) < options.rest_s / HOP_S:
        return spans
    pauses = np.percentile(level[outside], (25, 10))
    alike = np.array(options.alike_db)
    return [
        (start, end)
        for start, end in spans
        for inside in [level[held_by([(start, end)], level.size)]]
        if np.any(np.abs(np.percentile(inside, (50, 25)) - pauses) > alike)
    ]


def music_probability(channel: "Tracks", *, still_db: float) -> npt.NDArray[np.float64]:
    """Every half second's, (steps,); the channel has at least a frame."""
    networks = trained()
    features = hold_features({name: channel[name] for name in INGREDIENTS})
    table = np.stack([features[name] for name in networks.names], axis=1)
    moves = features["long_range"] >= np.log(still_db + 1)
    return np.where(moves, networks.probability(table.astype(np.float64)), 0.0)


def _spans(probability: npt.NDArray[np.float64], options: HoldOptions) -> list[Span]:
    smooth = ndimage.median_filter(probability, options.smooth, mode="nearest")
    parts, _ = ndimage.label(smooth > options.low)
    found = [
        (part[0].start * STEP_S, part[0].stop * STEP_S)
        for part in ndimage.find_objects(parts)
        if smooth[part].max() > options.high
    ]
    return list(merged(found, gap_s=options.fill_s))


def _refined(span: Span, level: Track, options: HoldOptions) -> Span:
    whole_s = level.size * HOP_S
    start_s = _edge(span[0], level, options)
    return (start_s, whole_s - _edge(max(whole_s - span[1], 0.0), level[::-1], options))


def _edge(at_s: float, level: Track, options: HoldOptions) -> float:
    """Where near a time the level rises most: the mean of 3 s after over that of 0.3 s before."""
    before, after = round(0.3 / HOP_S), round(3 / HOP_S)
    out_s, in_s = options.reach_s
    first = max(round((at_s - out_s) / HOP_S), 0)
    count = min(round((at_s + in_s) / HOP_S), level.size - after) - first
    if count <= 0:
        return at_s
    near = np.maximum(level[max(first - before, 0) : first + count + after], _NO_LEVEL_DBFS)
    near = np.pad(near, (max(before - first, 0), 0), constant_values=_NO_LEVEL_DBFS)
    sums = np.concatenate(([0.0], np.cumsum(near, dtype=np.float64)))
    at = np.arange(count) + before
    rise = (sums[at + after] - sums[at]) / after - (sums[at] - sums[at - before]) / before
    best = int(np.argmax(rise))
    return (first + best) * HOP_S if rise[best] >= options.jump_db else at_s
