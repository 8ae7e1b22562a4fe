"""Does the ranking find what was planted? Seeds 1–5 from true words and times, one from sound.

python -m tests.bench recovery [FOLDER]      made centres are kept in FOLDER and not made again
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from flows.demo import CentreOptions
from pipeline.tables import DRIVERS
from tests.bench.centre import Run, centre

SEEDS = range(1, 6)
SPOKEN = 1000
FIRST = 7


@dataclass(frozen=True)
class Recovered:
    """What one segment's ranking found."""

    strongest_at: int
    planted_in_first: int
    nil_excluded: int
    nil: int
    covered: int
    planted: int
    points_off: float


def recovered(drivers: pd.DataFrame, effects: pd.DataFrame) -> Recovered:
    """One segment: its rows of DRIVERS against its planted effects; what is not planted is nil."""
    truth = effects[effects["planted"]].set_index("behaviour")
    rows = drivers.set_index("behaviour")
    strongest = str(truth["strength_points"].abs().idxmax())
    nil = rows[~rows.index.isin(truth.index)]
    found = rows.loc[truth.index]
    inside = (found["ci_low"] <= truth["effect_points"]) & (
        truth["effect_points"] <= found["ci_high"]
    )
    return Recovered(
        strongest_at=int(rows["rank"].loc[strongest]),
        planted_in_first=int((found["rank"] <= FIRST).sum()),
        nil_excluded=int(((nil["ci_low"] > 0) | (nil["ci_high"] < 0)).sum()),
        nil=len(nil),
        covered=int(inside.sum()),
        planted=len(truth),
        points_off=float((found["effect_points"] - truth["effect_points"]).abs().mean()),
    )


def row(name: str, run: Run) -> dict[str, Any]:
    """One line of the table: means over the segments."""
    effects = pd.DataFrame(run.planted["effects"])
    drivers = run.store.read(DRIVERS)
    segments = [
        recovered(rows, effects[effects["segment"] == segment])
        for segment, rows in drivers.groupby("segment")
    ]
    count = len(segments)
    return {
        "centre": name,
        "answers": int(drivers.groupby("segment")["n_surveys"].first().sum()),
        "strongest in first 2": f"{sum(s.strongest_at <= 2 for s in segments)} of {count}",
        f"planted in first {FIRST} (least)": min(s.planted_in_first for s in segments),
        f"planted in first {FIRST} (mean)": sum(s.planted_in_first for s in segments) / count,
        "nil excluded (mean)": sum(s.nil_excluded for s in segments) / count,
        "planted covered": sum(s.covered for s in segments) / sum(s.planted for s in segments),
        "points off": sum(s.points_off for s in segments) / count,
        "seconds": sum(run.tally.seconds.values()),
    }


def bench(folder: Path) -> None:
    """Print the table."""
    rows = [
        row(f"seed {seed}, true words", centre(folder / f"true-{seed}", _options(seed, 0)))
        for seed in SEEDS
    ]
    rows.append(row(f"seed 1, {SPOKEN} heard", centre(folder / "heard-1", _options(1, SPOKEN))))
    table = pd.DataFrame(rows)
    print(table.round(2).to_string(index=False))
    true = table.iloc[: len(SEEDS)]
    print(f"mean over seeds, nil excluded: {true['nil excluded (mean)'].mean():.2f}")


def _options(seed: int, recorded: int) -> CentreOptions:
    return CentreOptions(seed=seed, recorded=recorded)
