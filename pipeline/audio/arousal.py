"""How a voice sounds, measured: level, spread of pitch and of loudness, and a proxy of arousal.

**The law.** Under the guidelines on Article 5(1)(f) of the EU AI Act nobody may infer the emotions
of employees from their voice. For agents there are the plain measures only, `levels_dbfs`,
`pitch_variation_semitones` and `loudness_variation_db`. `arousal` is for customers, for whom it is
high-risk, and only where a setting asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from pipeline.audio.spectrum import HOP_S, Track
from pipeline.audio.tracks import Tracks

Span = tuple[float, float]
Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ToneOptions:
    """How much voice is enough.

    A turn counts from `least_voiced_s` on, a speaker from `least_turns` such turns, a spread from
    `least_spread_s` of voice. Pitch that changes faster than `fastest_semitones_per_s` is a mistake
    and no slope: people reach 60 to 90 (Y. Xu and X. Sun 2002).
    """

    least_voiced_s: float = 0.2
    least_turns: int = 10
    least_spread_s: float = 5.0
    fastest_semitones_per_s: float = 100.0


@dataclass(frozen=True)
class Arousal:
    """Each turn's score, about standard normal over this speaker's turns.

    A turn with too little voice has None. Where `why_unknown` is given, all have.
    """

    scores: tuple[float | None, ...]
    why_unknown: str | None = None


def alone(tracks: Tracks, spans: Sequence[Span]) -> Tracks:
    """The tracks with no voice outside `spans`, sorted and disjoint: only what is said in them."""
    pitch = np.where(_inside(tracks, spans), tracks.codes["pitch_semitones"], 0)
    kept = pitch.astype(tracks.codes["pitch_semitones"].dtype)
    return Tracks({**tracks.codes, "pitch_semitones": kept})


def levels_dbfs(
    tracks: Tracks, turns: Sequence[Span], *, options: ToneOptions = ToneOptions()
) -> tuple[float | None, ...]:
    """Median level of each turn's voiced frames; None below `options.least_voiced_s` of voice."""
    voiced, level = tracks["pitch_semitones"] > 0, tracks["level_dbfs"]
    heard = [level[own][voiced[own]] for own in map(_frames, turns)]
    return tuple(
        float(np.median(own)) if own.size * HOP_S >= options.least_voiced_s else None
        for own in heard
    )


def arousal(
    tracks: Tracks, turns: Sequence[Span], *, options: ToneOptions = ToneOptions()
) -> Arousal:
    """How strongly a customer speaks in each turn, against the same customer's other turns.

    `turns` are (start, end) in seconds, of one speaker. The score is the mean of three normal
    scores: the turn's median pitch, its mean |slope| of pitch and its median alpha ratio, each as
    Φ⁻¹((rank − ½) / n) over the n turns with voice. Approach: D. Bone, C.-C. Lee and S. Narayanan
    (2014), "Robust unsupervised arousal rating", IEEE Transactions on Affective Computing 5(2).
    Ranks, because slopes are skewed and now and then a pitch is an octave off: on acted speech the
    AUC is 0.005 better than with medians and median deviations.

    It says nothing of pleasure: anger and joy sound alike (AUC 0.47–0.55). Below
    `options.least_turns` turns with voice it is unknown.
    """
    pitch, tilt = tracks["pitch_semitones"], tracks["tilt_db"]
    tones = [_tone(pitch[own], tilt[own], options) for own in map(_frames, turns)]
    heard = [tone for tone in tones if tone is not None]
    if len(heard) < options.least_turns:
        why = f"fewer than {options.least_turns} turns with enough voice"
        return Arousal((None,) * len(turns), why)
    scores = np.mean(
        [_normal_scores(np.array(values)) for values in zip(*heard, strict=True)], axis=0
    )
    left = iter(scores.tolist())
    return Arousal(tuple(None if tone is None else next(left) for tone in tones))


def pitch_variation_semitones(
    tracks: Tracks, spans: Sequence[Span], *, options: ToneOptions = ToneOptions()
) -> float | None:
    """Spread of a voice's pitch within `spans`; None below `options.least_spread_s` of voice."""
    return _spread(tracks["pitch_semitones"], _voiced(tracks, spans), options)


def loudness_variation_db(
    tracks: Tracks, spans: Sequence[Span], *, options: ToneOptions = ToneOptions()
) -> float | None:
    """Spread of a voice's level within `spans`; None below `options.least_spread_s` of voice."""
    return _spread(tracks["level_dbfs"], _voiced(tracks, spans), options)


def _tone(pitch: Track, tilt: Track, options: ToneOptions) -> tuple[float, float, float] | None:
    """Median semitones, mean |semitones per s| and median dB of a turn; None with little voice."""
    voiced = pitch > 0
    slopes = _slopes(pitch, options)
    if np.count_nonzero(voiced) * HOP_S < options.least_voiced_s or not slopes.size:
        return None
    return float(np.median(pitch[voiced])), float(slopes.mean()), float(np.median(tilt[voiced]))


def _normal_scores(values: Scores) -> Scores:
    """Φ⁻¹ of every value's place between 0 and 1; equal values share one."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    scores: Scores = ndtri(middle / len(values))[place]
    return scores


def _slopes(pitch: Track, options: ToneOptions) -> Track:
    """|Slope| over every three frames of unbroken voice, semitones per s."""
    steps = np.abs(np.diff(pitch)) <= options.fastest_semitones_per_s * HOP_S
    joined = (pitch[1:] > 0) & (pitch[:-1] > 0) & steps
    unbroken = joined[1:] & joined[:-1]
    result: Track = np.abs(pitch[2:] - pitch[:-2])[unbroken] / np.float32(2 * HOP_S)
    return result


def _voiced(tracks: Tracks, spans: Sequence[Span]) -> Mask:
    result: Mask = _inside(tracks, spans) & (tracks["pitch_semitones"] > 0)
    return result


def _inside(tracks: Tracks, spans: Sequence[Span]) -> Mask:
    inside = np.zeros(tracks.frames, np.bool_)
    for span in spans:
        inside[_frames(span)] = True
    return inside


def _frames(span: Span) -> slice:
    """The frames that lie within a span, to the nearest."""
    start, end = span
    return slice(max(round(start / HOP_S), 0), max(round(end / HOP_S), 0))


def _spread(track: Track, kept: Mask, options: ToneOptions) -> float | None:
    """Half the distance of the 16th and 84th percentile: a normal standard deviation.

    Unlike that, it is not moved by a few octave errors or shouts.
    """
    if np.count_nonzero(kept) * HOP_S < options.least_spread_s:
        return None
    low, high = np.percentile(track[kept], [16, 84])
    return float(high - low) / 2
