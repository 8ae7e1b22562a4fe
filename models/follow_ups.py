"""FOLLOW_UPS: fresh calls whose kind of call went with Detractors, and what makes them so.

Past answers are sorted by the linear predictor of a fit that has not seen their agent, cut into
bins, and pooled until the share of Detractors falls from bin to bin (isotonic regression: Barlow et
al. 1972). A fresh call is put into the bin of its own predictor; what is reported is the bin: k of
n became Detractors. Never a predicted answer of a person.
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from models.arrays import Array, FlagArray, IntArray, floats, whole
from models.effects import bend_places
from models.held_out import HeldOut
from models.intervals import wilson
from models.study import Model
from models.subjects import RankOptions
from models.survey_rows import FRESH
from pipeline.report.wording import mean_text, percent
from pipeline.tables import FOLLOW_UPS

LEAST_BIN = 30
MOST_BINS = 20
LARGEST_SHARE = 0.05
DUE = pd.Timedelta(hours=48)
MOST_REASONS = 3
USUAL = 2_000
"""Calls of a segment that show what is usual."""
LEAST_REASON = 0.1
"""Log odds that a behaviour must take off to count as a reason: about 4 NPS points."""
NO_REASON = "the kind of call and customer rather than one behaviour"


@dataclass(frozen=True)
class Bins:
    """Similar past calls, the most critical first: upper edges of eta, Detractors, answers."""

    edges: Array
    k: IntArray
    n: IntArray

    def place(self, eta: Array) -> IntArray:
        """The bin of each eta."""
        return np.searchsorted(self.edges[:-1], eta, side="left").astype(np.int64)


def bins_of(eta: Array, detractor: FlagArray) -> Bins:
    """Equally large bins of at least LEAST_BIN answers, pooled to falling Detractor shares."""
    order = np.argsort(eta, kind="stable")
    count = int(np.clip(len(eta) // LEAST_BIN, 1, MOST_BINS))
    pooled: list[tuple[float, int, int]] = []
    for part in np.array_split(order, count):
        edge, k, n = float(eta[part[-1]]), int(detractor[part].sum()), len(part)
        while pooled and pooled[-1][1] * n < k * pooled[-1][2]:
            _, before, more = pooled.pop()
            k, n = k + before, n + more
        pooled.append((edge, k, n))
    edges, ks, ns = zip(*pooled, strict=True)
    return Bins(np.asarray(edges), whole(ks), whole(ns))


def follow_ups_of(model: Model, apart: HeldOut, options: RankOptions) -> pd.DataFrame:
    """The FOLLOW_UPS table, the most critical first: at most 5 % of the fresh calls."""
    study = model.study
    fresh = (study.surveys.role == FRESH) & (study.design.segment >= 0)
    most = int(LARGEST_SHARE * fresh.sum())
    parts = [
        _of_segment(model, apart, np.flatnonzero(fresh & (study.design.segment == s)), s, options)
        for s in range(len(study.design.segments))
    ]
    found = pd.concat(parts, ignore_index=True)
    if not len(found) or not most:
        return pd.DataFrame(columns=FOLLOW_UPS.names)
    found = found.sort_values(["detractor_share", "eta", "row"], ascending=[False, True, True])
    found = found.head(most).reset_index(drop=True)
    return _described(model, found)[FOLLOW_UPS.names]


def _of_segment(
    model: Model, apart: HeldOut, rows: IntArray, s: int, options: RankOptions
) -> pd.DataFrame:
    """Fresh calls of a segment in bins whose share is markedly above the segment's."""
    own = model.study.design.slices()[s]
    enough = own.stop - own.start >= options.min_surveys
    past = own if enough else slice(0, len(apart.eta))
    bins = bins_of(apart.eta[past], apart.detractor[past])
    usual = float(apart.detractor[past].mean())
    bounds = np.asarray(
        [wilson(int(k), int(n), options.level) for k, n in zip(bins.k, bins.n, strict=True)]
    )
    place = bins.place(model.eta[rows])
    table = pd.DataFrame(
        {"row": rows, "eta": model.eta[rows], "detractor_share": bins.k[place] / bins.n[place],
         "share_low": bounds[place, 0], "share_high": bounds[place, 1],
         "n_similar": bins.n[place], "n_detractors": bins.k[place]}
    )  # fmt: skip
    return table[table["share_low"] > usual]


def _described(model: Model, found: pd.DataFrame) -> pd.DataFrame:
    study = model.study
    rows = found["row"].to_numpy(np.int64)
    calls = study.calls.frame.iloc[study.surveys.call[rows]].reset_index(drop=True)
    started = pd.to_datetime(calls["started_at"], utc=True)
    agents = [study.calls.agents[a] if a >= 0 else None for a in study.surveys.agent[rows]]
    return found.assign(
        call_id=calls["call_id"].astype(str),
        agent_id=pd.Series(agents, dtype=object),
        segment=[study.design.segments[s] for s in study.design.segment[rows]],
        started_at=started,
        reasons=_reasons(model, rows),
        due_at=started + DUE,
    )


def _reasons(model: Model, rows: IntArray) -> list[str]:
    """The behaviours that take most off each row's predictor, compared with its segment."""
    study = model.study
    pulls = np.column_stack([_pulls(model, j) for j in range(len(study.behaviours.names))])
    n = study.surveys.n_answered
    segment = study.design.segment
    usual = np.stack([pulls[:n][segment[:n] == s].mean(axis=0)
                      for s in range(len(study.design.segments))])  # fmt: skip
    off = np.where(study.design.measured[rows], pulls[rows] - usual[segment[rows]], 0.0)
    texts = []
    for row, pull in zip(rows, off, strict=True):
        worst = [int(j) for j in np.argsort(pull, kind="stable") if pull[j] < -LEAST_REASON]
        words = filter(None, (_in_words(model, int(row), j) for j in worst))
        texts.append("; ".join(islice(words, MOST_REASONS)) or NO_REASON)
    return texts


def _pulls(model: Model, j: int) -> Array:
    """What behaviour j adds to the predictor of every row of the design."""
    at, design = model.fit.posterior, model.study.design
    bends = bend_places(model, j)
    slopes = at.effects[np.maximum(design.segment, 0), j]
    curve = design.held[:, bends - at.layout.cuts] @ at.common[bends]
    return floats(design.doses[:, j] * slopes + curve)


def _in_words(model: Model, row: int, j: int) -> str:
    """Such as `Dead air 42 s (usually 11 s)` or `Recap given: no (yes in 64 % of calls)`.

    Empty where the value is written as the usual one is, for that would be no reason to a reader.
    """
    study = model.study
    value = float(study.behaviours.values[study.surveys.call[row], j])
    own = study.calls_of_segment[study.design.segment[row]]
    known = study.behaviours.values[own[:: len(own) // USUAL + 1], j]
    subject = study.behaviours.subjects[j]
    title = subject.title
    if study.behaviours.binary[j]:
        usual = percent(float(np.nanmean(known)))
        return f"{title}: {'yes' if value > 0 else 'no'} (yes in {usual} of calls)"
    # The unit of a scale is its ends (0–5, −1…1), which would read like a second number.
    own_text, usual = (
        mean_text(one, subject.unit, binary=False) for one in (value, float(np.nanmedian(known)))
    )
    return f"{title} {own_text} (usually {usual})" if own_text != usual else ""
