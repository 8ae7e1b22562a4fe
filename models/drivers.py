"""DRIVERS: one row per segment and behaviour, from the fitted model."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.arrays import Array, floats
from models.effects import Effect, Effects
from models.fitting import Fit
from models.intervals import FEW_AGENTS, p_values, q_values, rank_ranges, ranks_of
from models.proportional_odds import LAST_DETRACTOR, LAST_PASSIVE
from models.robustness import families, raw_slopes, robustness_values
from models.study import Model, Study
from models.subjects import RankOptions
from pipeline.tables import DRIVERS

ALL_POINTS = 200.0
"""NPS runs from -100 to 100: where the answers say nothing, the interval is everything."""
TURNS = 0.25
"""A curve turns when it falls back by this share of its range on both sides of an extreme."""
OFTEN_MEASURED = 0.8


def drivers_of(model: Model, effects: Effects, options: RankOptions) -> pd.DataFrame:
    """The DRIVERS table, sorted by segment and rank."""
    table = pd.concat(
        [_segment_rows(model, effects, options, s) for s in range(len(effects))],
        ignore_index=True,
    )
    table = pd.concat([table, _tests(model, effects)], axis=1).assign(level=options.level)
    table["verdict"] = _verdicts(table, options)
    table["notes"] = _notes(model, table)
    return table[DRIVERS.names].sort_values(["segment", "rank"], ignore_index=True)


def _segment_rows(model: Model, effects: Effects, options: RankOptions, s: int) -> pd.DataFrame:
    parts = [
        _effect_columns(model, effects[s], s),
        _rank_columns(effects[s], options),
        _beside_columns(model, effects[s], s),
    ]
    counts = pd.DataFrame([_counts(model.study, s, options)] * len(effects[s]))
    return pd.concat([*parts, counts], axis=1)


def tells(fitted: Fit) -> bool:
    """Whether the answers fall into at least two of Promoters, Passives and Detractors."""
    values = fitted.scale.values
    classes = (values > LAST_DETRACTOR).astype(int) + (values > LAST_PASSIVE)
    return bool(np.unique(classes).size > 1)


def _effect_columns(model: Model, cells: Sequence[Effect], s: int) -> pd.DataFrame:
    """Effect, interval, ends, curve and direction of each behaviour."""
    known = tells(model.fit)
    rows = []
    for cell, subject in zip(cells, model.study.behaviours.subjects, strict=True):
        low, high = cell.interval if known else (-ALL_POINTS, ALL_POINTS)
        rows.append(
            (model.study.design.segments[s], subject.name, subject.unit, subject.expected,
             cell.points, low, high, cell.dial.low, cell.dial.high, _points(cell),
             _direction(cell.curve, cell.points))
        )  # fmt: skip
    names = ["segment", "behaviour", "unit", "expected_direction", "effect_points", "ci_low",
             "ci_high", "from_value", "to_value", "curve", "direction"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _points(cell: Effect) -> list[dict[str, float]]:
    pairs = zip(cell.dial.curve, cell.curve, strict=True)
    return [{"value": float(value), "points": float(points)} for value, points in pairs]


def _direction(curve: Array, effect: float) -> str:
    """Where the curve is high: up or down, or middle or ends where it turns."""
    fall = float(np.ptp(curve)) * TURNS
    if min(curve.max() - curve[0], curve.max() - curve[-1]) > fall > 0:
        return "middle"
    if min(curve[0] - curve.min(), curve[-1] - curve.min()) > fall > 0:
        return "ends"
    return "up" if effect >= 0 else "down"


def _rank_columns(cells: Sequence[Effect], options: RankOptions) -> pd.DataFrame:
    """Strength, rank and the ranks that the data allow."""
    strength = np.asarray([cell.strength for cell in cells])
    rank = ranks_of(strength)
    drawn = np.column_stack([cell.drawn_strengths for cell in cells])
    low, high = rank_ranges(drawn, rank, options.level)
    return pd.DataFrame(
        {"strength_points": strength, "rank": rank, "rank_low": low, "rank_high": high}
    )


def _beside_columns(model: Model, cells: Sequence[Effect], s: int) -> pd.DataFrame:
    """What stands beside an effect: raw, between agents, and how often it was measured."""
    study = model.study
    rows = study.design.slices()[s]
    measured = study.design.measured[rows]
    raw = raw_slopes(study.design.doses[rows], measured, study.score[rows])
    spans = np.asarray([cell.dial.span[0] for cell in cells])
    between = [
        cell.points_at(float(slope)) if np.isfinite(slope) else np.nan
        for cell, slope in zip(cells, model.agent_slopes, strict=True)
    ]
    return pd.DataFrame(
        {
            "raw_effect_points": raw.slope * spans,
            "raw_error": raw.error * np.abs(spans),
            "between_agents_points": between,
            "measured": measured.mean(axis=0),
        }
    )


def _counts(study: Study, s: int, options: RankOptions) -> dict[str, object]:
    """Answers of the segment, and whether they carry an estimate of its own."""
    rows = study.design.slices()[s]
    score, agent = study.score[rows], study.agent[rows]
    promoters = int((score > LAST_PASSIVE).sum())
    detractors = int((score <= LAST_DETRACTOR).sum())
    enough = len(score) >= options.min_surveys and min(promoters, detractors) >= options.min_class
    return {
        "n_surveys": len(score),
        "n_promoters": promoters,
        "n_detractors": detractors,
        "n_agents": int(np.unique(agent[agent >= 0]).size),
        "estimated_on": "own" if enough else "borrowed",
    }


def _tests(model: Model, effects: Effects) -> pd.DataFrame:
    """p, q over all rows, and the robustness value, in the order segment by behaviour."""
    statistic = np.asarray([[cell.statistic for cell in cells] for cells in effects])
    free = floats([len(cell.coefficients) for cell in effects[0]])
    p = p_values(statistic, free, model.df).ravel()
    p = p if tells(model.fit) else np.ones_like(p)
    solid = robustness_values(model.fit, model.study.surveys.n_answered)
    return pd.DataFrame({"p_value": p, "q_value": q_values(p), "robustness": solid.ravel()})


def _verdicts(table: pd.DataFrame, options: RankOptions) -> npt.NDArray[np.str_]:
    """What may be said, the most cautious first."""
    conditions = [
        table["estimated_on"] == "borrowed",
        table["q_value"] > options.fdr,
        table["direction"].isin(["middle", "ends"]),
        table["direction"] == "up",
    ]
    names = ["not enough data", "no evidence", "depends", "driver"]
    return np.select([c.to_numpy(bool) for c in conditions], names, default="friction")


def _notes(model: Model, table: pd.DataFrame) -> list[str | None]:
    """What the reader should know of each row, in sentences; None if nothing."""
    answered = model.study.design.doses[: model.study.surveys.n_answered]
    related = families(answered, model.study.behaviours.names)
    sentences = [
        " ".join(_sentences(model, row, related.get(str(row["behaviour"]), [])))
        for row in _records(table)
    ]
    return [sentence or None for sentence in sentences]


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _sentences(model: Model, row: dict[str, object], related: list[str]) -> Iterable[str]:
    number = {k: float(v) for k, v in row.items() if isinstance(v, int | float)}
    if row["estimated_on"] == "borrowed":
        yield "Too few answers of its own: leans on the other segments."
    if model.df < np.inf:
        yield f"Fewer than {FEW_AGENTS} agents: wider intervals (t)."
    if number["measured"] < OFTEN_MEASURED:
        yield f"Known on {number['measured']:.0%} of the answered surveys."
    if _flips(number):
        yield "The raw association has the opposite sign (Simpson's paradox)."
    if related:
        yield f"Goes together with {', '.join(related)}: hard to tell apart."
    if row["verdict"] in ("driver", "friction") and number["ci_low"] <= 0 <= number["ci_high"]:
        yield "The interval, which guards against over-shrinking, reaches zero."
    if row["direction"] in ("middle", "ends"):
        yield "The curve turns: read it rather than the effect."
    if row["verdict"] in ("driver", "friction") and _unexpected(row):
        yield "Not the direction that was expected."


def _flips(number: dict[str, float]) -> bool:
    """Whether raw and adjusted effect differ in sign and both intervals exclude zero."""
    raw, error = number["raw_effect_points"], 1.645 * number["raw_error"]
    if not np.isfinite(raw) or number["ci_low"] <= 0 <= number["ci_high"]:
        return False
    return abs(raw) > error and np.sign(raw) != np.sign(number["effect_points"])


def _unexpected(row: dict[str, object]) -> bool:
    expected, found = row["expected_direction"], row["direction"]
    return expected in ("up", "down") and found in ("up", "down") and expected != found
