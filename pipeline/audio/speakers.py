"""Two speakers found in one channel's cepstra, without a word of what they say.

Windows of speech are put into two clusters; then, by turns, two models are made, one of each voice,
and the likeliest path between them is found. Where this ends depends on where it starts: one voice
in two moods may be further apart than two voices. So it starts from several kinds of clusters, by
the voices' shape and by their pitch, and where it ends best is kept. How alike the ends are tells
how sure that is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage

from pipeline.audio.cepstra import Cepstra, Mask
from pipeline.audio.mixture import Values, fitted

Labels = npt.NDArray[np.int8]
Margin = npt.NDArray[np.float32]

EVIDENCE = ("pitch_apart", "balance", "agreement", "clarity")
WEIGHTS = (0.21, 5.9, 10.1, 7.24, -17.15)
"""Of the evidence, and of 1, in the log odds: made by `tests/truth/train_diarisation.py`.

Clarity, and halves as witnesses of agreement, in place of how far apart windows are that the models
have not heard, brought the AUC for failures from 0.91 to 0.96 in cross-validation on 125 calls for
tuning, on which they were chosen. On other calls it is less: 0.90 with calls of one voice among the
failures, and 0.84 for two voices (120 calls for scoring, 11 failures)."""

MOST_PITCH_APART = 4.0
"""More says nothing more."""

CLEAR_NATS = 80.0
"""From here on a window is clearly one speaker's."""

_NOBODY = -1
_PITCH_FLOOR = 0.5  # semitones: no voice is steadier from window to window
_BLOCK = 65_536  # frames that are lists at a time: Python's numbers take 32 bytes each


@dataclass(frozen=True)
class DiariseOptions:
    """How speakers are told apart. Frames are 20 ms.

    Windows of about `window_s` never reach over a pause of `pause_s`; at most `most_windows`,
    evenly taken, are clustered. Of a window only the frames within `loud_db` of its 90th percentile
    count, for the others are the line's noise. A frame says at most `clip` nats for a speaker; a
    change of speaker costs `switch_cost`, after a pause `pause_factor` of it. A model is made from
    at most `most_frames`, evenly taken, and at least `least_s` of speech. A window has a pitch from
    `voiced_s` on.

    Costs of 60 instead of 25, and clusters in units of the spread within windows, brought confusion
    in clean made-up calls from 2.4 % to 0.1 %; loud frames and clipping, in noise, 3.6 to 2.9 %.
    """

    window_s: float = 1.5
    pause_s: float = 0.3
    most_windows: int = 1_000
    loud_db: float = 12.0
    components: int = 8
    rounds: int = 5
    clip: float = 10.0
    switch_cost: float = 60.0
    pause_factor: float = 0.3
    most_frames: int = 4_000
    least_s: float = 2.0
    voiced_s: float = 0.16
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Speakers:
    """`labels` (n,): 0 or 1 for every frame; frame 0 is 0's. `margin` (n,): nats for 1 against 0.

    How well they are told apart: `pitch_apart` d′ of their windows' pitch, at most
    `MOST_PITCH_APART`; `balance` 0–0.5 the share of the windows of who has fewer; `agreement` 0.5–1
    the share of the frames that are the same speaker's where the search started otherwise, mean of
    the others; `clarity` 0–1 the share of the windows with `CLEAR_NATS` for one or the other.
    """

    labels: Labels
    margin: Margin
    pitch_apart: float
    balance: float
    agreement: float
    clarity: float

    @property
    def evidence(self) -> tuple[float, ...]:
        """What speaks for them, in the order of `EVIDENCE`."""
        return tuple(getattr(self, name) for name in EVIDENCE)

    @property
    def log_odds(self) -> float:
        """That two people speak, and that at most 15 % of the speech is confused."""
        return sum(w * value for w, value in zip(WEIGHTS, (*self.evidence, 1.0), strict=True))


@dataclass(frozen=True, eq=False)
class _Windows:
    """What is known of the windows that are long enough, m of them.

    `places` of their frames; `means` (m, d) and `covariances` (m, d, d) of their loud frames;
    `pitch` (m,) their median, semitones, nan where there is too little voice, and
    `pitch_variance` (m,).
    """

    places: Sequence[slice]
    means: Values
    covariances: Values
    pitch: Values
    pitch_variance: Values


Marks = Callable[[_Windows], Values]


def two_speakers(
    cepstra: Cepstra, *, options: DiariseOptions = DiariseOptions()
) -> Speakers | None:
    """The two speakers; None where there is too little speech, or only one could be found."""
    found = ends(cepstra, options=options)
    return max(found, key=lambda one: one.log_odds, default=None)


def ends(cepstra: Cepstra, *, options: DiariseOptions = DiariseOptions()) -> list[Speakers]:
    """All that the search may end in, each once."""
    places = _places(cepstra, options)
    loud = _loud(cepstra, places, options)
    windows = _windows(cepstra, places, loud, options)
    if windows is None:
        return []
    starts = [_grouped(windows.places, marks(windows), len(loud)) for marks in _STARTS]
    told, witnesses = (
        [_told(cepstra, start, loud, options) for start in several]
        for several in (starts, _halves(windows, len(loud)))
    )
    labels = [one[0] if one else None for one in (*told, *witnesses)]
    return [
        Speakers(
            *end,
            *_apart(windows, end[0]),
            agreement=_agreement(end[0], labels),
            clarity=_clarity(end[1], places),
        )
        for end in _different([one for one in told if one is not None])
    ]


def _different(told: Sequence[tuple[Labels, Margin]]) -> list[tuple[Labels, Margin]]:
    """Each end once, however many starts led there."""
    return list({labels.tobytes(): (labels, margin) for labels, margin in reversed(told)}.values())


def _agreement(labels: Labels, ends: Sequence[Labels | None]) -> float:
    """Mean over the other ends; one that found only one speaker agrees by half."""
    same = [0.5 if end is None else float(np.mean(labels == end)) for end in ends]
    return (sum(max(share, 1 - share) for share in same) - 1) / (len(ends) - 1)


def _clarity(margin: Margin, places: Sequence[slice]) -> float:
    nats = np.array([margin[place].sum() for place in places])
    return float(np.mean(np.abs(nats) > CLEAR_NATS))


def _apart(windows: _Windows, labels: Labels) -> tuple[float, float]:
    """d′ of the two speakers' pitch, and the share of the windows of who has fewer."""
    second = np.array([labels[place].mean() > 0.5 for place in windows.places])
    share = float(second.mean())
    voiced = np.isfinite(windows.pitch)
    one, two = (windows.pitch[voiced & (second == who)] for who in (False, True))
    if min(one.size, two.size) < 3:
        return 0.0, min(share, 1 - share)
    deviation = np.sqrt((one.var() + two.var()) / 2 + _PITCH_FLOOR**2)
    apart = float(abs(one.mean() - two.mean()) / deviation)
    return min(apart, MOST_PITCH_APART), min(share, 1 - share)


def _places(cepstra: Cepstra, options: DiariseOptions) -> list[slice]:
    """Places in `cepstra` of every window's frames."""
    count = len(cepstra.frames)
    edges = [0, *(np.flatnonzero(cepstra.pauses_s[1:] > options.pause_s) + 1).tolist(), count]
    windows = []
    for start, end in pairwise(edges):
        parts = max(round((end - start) * cepstra.step_s / options.window_s), 1)
        cuts = [start + (end - start) * part // parts for part in range(parts + 1)]
        windows += [slice(a, b) for a, b in pairwise(cuts) if b > a]
    return windows


def _loud(cepstra: Cepstra, places: Sequence[slice], options: DiariseOptions) -> Mask:
    loud = np.zeros(len(cepstra.frames), np.bool_)
    for place in places:
        level = cepstra.level_db[place].astype(np.float32)
        loud[place] = level > np.percentile(level, 90) - options.loud_db
    return loud


def _windows(
    cepstra: Cepstra, places: Sequence[slice], loud: Mask, options: DiariseOptions
) -> _Windows | None:
    """Those with 0.5 s of loud frames; None where they are fewer than four."""
    long = [place for place in places if np.count_nonzero(loud[place]) * cepstra.step_s >= 0.5]
    chosen = [long[i] for i in _evenly(len(long), options.most_windows)]
    if len(chosen) < 4:
        return None
    frames = (cepstra.values[place][loud[place]].astype(float) for place in chosen)
    means, covariances = zip(*((own.mean(axis=0), np.cov(own.T)) for own in frames), strict=True)
    pitch, variance = np.full((2, len(chosen)), np.nan)
    for number, place in enumerate(chosen):
        own = cepstra.pitch[place][loud[place] & (cepstra.pitch[place] > 0)].astype(float)
        if len(own) * cepstra.step_s >= options.voiced_s:
            pitch[number], variance[number] = np.median(own), own.var()
    return _Windows(chosen, np.stack(means), np.stack(covariances), pitch, variance)


def _grouped(places: Sequence[slice], marks: Values, count: int) -> Labels:
    """Ward's two clusters of windows by their marks; other frames are nobody's yet."""
    labels = np.full(count, _NOBODY, np.int8)
    clusters = fcluster(linkage(marks, "ward"), 2, "maxclust")
    for place, cluster in zip(places, clusters, strict=True):
        labels[place] = cluster - 1
    return labels


def _shape(windows: _Windows) -> Values:
    """The windows' means, in units of the spread within windows."""
    within = windows.covariances.mean(axis=0)
    within += 1e-3 * np.eye(len(within))  # digital silence has no spread at all
    whitened: Values = windows.means @ np.linalg.cholesky(np.linalg.inv(within))
    return whitened


def _shape_and_deviations(windows: _Windows) -> Values:
    """Both, in units of the spread of all frames: another opinion, less exact in itself."""
    variances = np.diagonal(windows.covariances, axis1=1, axis2=2)
    spread = np.sqrt(variances.mean(axis=0) + windows.means.var(axis=0)) + 1e-3
    both: Values = np.hstack((windows.means / spread, np.sqrt(variances) / spread))
    return both


def _pitch(windows: _Windows) -> Values:
    """(m, 1) in units of the spread within windows; where there is none, that of all."""
    if np.isnan(windows.pitch).all():
        return np.zeros((len(windows.pitch), 1))
    middle = np.nanmedian(windows.pitch)
    spread = np.sqrt(np.nanmedian(windows.pitch_variance) + _PITCH_FLOOR**2)
    result: Values = np.nan_to_num((windows.pitch - middle) / spread)[:, None]
    return result


def _shape_and_pitch(windows: _Windows) -> Values:
    return np.hstack((_shape(windows), _pitch(windows)))


_STARTS: tuple[Marks, ...] = (_shape, _shape_and_pitch, _pitch, _shape_and_deviations)
"""Pitch alone collapses where two voices are as high, shape alone where one has several moods: of
30 calls for tuning with such voices it failed with 14, pitch with 8."""


def _halves(windows: _Windows, count: int) -> list[Labels]:
    """Starts from every second window alone: chance groups them otherwise, two voices do not."""
    marks = _shape_and_pitch(windows)
    halves = (slice(0, None, 2), slice(1, None, 2))
    return [_grouped(windows.places[half], marks[half], count) for half in halves]


def _told(
    cepstra: Cepstra, labels: Labels, loud: Mask, options: DiariseOptions
) -> tuple[Labels, Margin] | None:
    """Every frame's speaker, and by how many nats it is rather 1 than 0; None where one is left."""
    after_pause = cepstra.pauses_s > options.pause_s
    margin = np.zeros(len(labels), np.float32)
    for _ in range(options.rounds):
        found = _margin(cepstra, labels, loud, options)
        if found is None:
            return None
        margin, before = np.where(loud, found, np.float32(0)), labels
        labels = likeliest_path(margin, after_pause, options)
        if np.array_equal(labels, before):
            break
    if (
        min(np.count_nonzero((labels == s) & loud) for s in (0, 1)) * cepstra.step_s
        < options.least_s
    ):
        return None
    first = labels[0]
    return labels ^ first, -margin if first else margin


def _margin(cepstra: Cepstra, labels: Labels, used: Mask, options: DiariseOptions) -> Margin | None:
    """Log likelihood ratio of every frame under two models made from the `used` frames."""
    rng = np.random.default_rng(options.seed)
    likelihoods = []
    for speaker in (0, 1):
        own = np.flatnonzero((labels == speaker) & used)
        if len(own) * cepstra.step_s < options.least_s:
            return None
        values = cepstra.values[own[_evenly(len(own), options.most_frames)]].astype(float)
        model = fitted(values, components=options.components, rng=rng)
        likelihoods.append(model.log_likelihood(cepstra.values))
    margin: Margin = likelihoods[1]
    margin -= likelihoods[0]
    np.clip(margin, -options.clip, options.clip, out=margin)
    return np.multiply(margin, cepstra.every, out=margin)


def _evenly(count: int, most: int) -> npt.NDArray[np.int64]:
    """At most `most` of `count` places, evenly spread."""
    return np.linspace(0, count - 1, min(count, most)).astype(np.int64)


def likeliest_path(
    margin: Margin, after_pause: Mask, options: DiariseOptions = DiariseOptions()
) -> Labels:
    """Viterbi's path through two states: 1 where `margin` is for 1, changing at a cost.

    Two states need only the difference of their scores, which cannot leave the cost of a change:
    where it would, the path has come from the leading state, whatever it is in now.
    """
    change, eased = options.switch_cost, options.switch_cost * options.pause_factor
    lead = 0.0
    places: list[int] = []
    states: list[bool] = []
    for first in range(0, len(margin), _BLOCK):
        block = slice(first, first + _BLOCK)
        steps = zip(margin[block].tolist(), after_pause[block].tolist(), strict=True)
        for place, (nats, paused) in enumerate(steps, first):
            cost = eased if paused else change
            if abs(lead) > cost:
                places.append(place)
                states.append(lead > 0)
                lead = cost if lead > 0 else -cost
            lead += nats
    lengths = np.diff([0, *places, len(margin)])
    return np.repeat(np.array([*states, lead > 0], np.int8), lengths)
