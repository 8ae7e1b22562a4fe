"""What a run says at its end: what was done, the strongest behaviours, where the report is."""

from collections.abc import Iterator

import pandas as pd

from flows.configuration import Settings
from flows.stages.site import Tally
from pipeline.behaviours import registered
from pipeline.report.wording import is_scale
from pipeline.small_numbers import hidden
from pipeline.store import Store
from pipeline.tables import DRIVERS

STRONGEST = 3


def lines(tally: Tally, settings: Settings) -> Iterator[str]:
    """The last lines of `attune run` and `attune demo`."""
    for note in tally.notes:
        yield f"note: {note}"
    if tally.voices_failed:
        yield f"note: the diariser failed on {tally.voices_failed} calls; their sides are unknown"
    stages = ", ".join(f"{stage} {seconds:g} s" for stage, seconds in tally.seconds.items())
    retimed = f"{tally.retimed} retimed, " if tally.retimed else ""
    yield f"{tally.heard} heard, {retimed}{tally.read} read, {tally.measured} measured ({stages})"
    written = ", ".join(tally.tables_written) or "none: nothing was new"
    yield f"tables written: {written}"
    if tally.refused:
        yield f"{tally.refused} inputs newly refused: see QUARANTINE or the coverage page"
    drivers = Store(settings.store.path).read(DRIVERS)
    if drivers.empty:
        yield "no ranking yet: it needs surveys with 30 answers and more to calls in the log"
    yield from strongest(drivers)
    if tally.report:
        yield f"report: {tally.report}"


def strongest(drivers: pd.DataFrame) -> Iterator[str]:
    """The three strongest behaviours of each segment, with interval, rank range and n."""
    labels = {b.name: b.label for b in registered()}
    for segment, rows in drivers.sort_values(["segment", "rank"]).groupby("segment"):
        first = rows.iloc[0]
        if hidden(int(first["n_surveys"])):
            continue
        yield f"{segment} ({first['n_surveys']} answers)"
        for row in rows.head(STRONGEST).to_dict("records"):
            label = labels.get(row["behaviour"], row["behaviour"])
            yield (
                f"  {row['rank']}. {label:<24} {row['effect_points']:+6.1f} points "
                f"({row['ci_low']:+.1f} to {row['ci_high']:+.1f}, {row['level']:.0%}), "
                f"from {row['from_value']:.3g} to {row['to_value']:.3g}{_unit(row['unit'])}; "
                f"rank {row['rank_low']}–{row['rank_high']}, {row['verdict']}"
            )


def _unit(unit: str) -> str:
    """The unit behind a value; a scale's ends (0–5) would read like a second number."""
    return "" if is_scale(unit) else f" {unit}"
