"""What the report is made from: the tables and the options."""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pandas as pd

from pipeline import tables as contracts
from pipeline.contracts import Table


def _none() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True, eq=False)
class ReportTables:
    """The tables of a run, with the columns of `pipeline/tables.py`; any of them may be empty.

    List columns hold lists or arrays of dictionaries, as pyarrow and pandas give them.
    """

    drivers: pd.DataFrame = field(default_factory=_none)
    focus: pd.DataFrame = field(default_factory=_none)
    follow_ups: pd.DataFrame = field(default_factory=_none)
    moments: pd.DataFrame = field(default_factory=_none)
    joined: pd.DataFrame = field(default_factory=_none)
    calls: pd.DataFrame = field(default_factory=_none)
    surveys: pd.DataFrame = field(default_factory=_none)
    behaviours: pd.DataFrame = field(default_factory=_none)
    quarantine: pd.DataFrame = field(default_factory=_none)
    activity: pd.DataFrame = field(default_factory=_none)

    def completed(self) -> "ReportTables":
        """The same tables with every column of their contract, null where it was not given."""
        frames = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(
            self, **{name: _completed(frame, _CONTRACTS[name]) for name, frame in frames.items()}
        )


@dataclass(frozen=True)
class ReportOptions:
    """What may be set: the title, the industry to compare with, and the intervals' level.

    `benchmark` is an industry of `pipeline/benchmarks.csv`. `level` is the coverage of the
    intervals in FOCUS and FOLLOW_UPS, which do not carry it themselves, as DRIVERS does.
    `recordings` is the folder of the redacted copies: moments play from it, nothing is copied.
    """

    title: str = "Which call behaviours go with NPS"
    benchmark: str = "contact centres"
    level: float = 0.90
    recordings: Path | None = None


_CONTRACTS = {
    "drivers": contracts.DRIVERS,
    "focus": contracts.FOCUS,
    "follow_ups": contracts.FOLLOW_UPS,
    "moments": contracts.MOMENTS,
    "joined": contracts.JOINED,
    "calls": contracts.CALLS,
    "surveys": contracts.SURVEYS,
    "behaviours": contracts.BEHAVIOURS,
    "quarantine": contracts.QUARANTINE,
    "activity": contracts.ACTIVITY,
}


def _completed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    empty: pd.DataFrame = table.schema.empty_table().to_pandas()
    if frame.empty:
        return empty.join(frame[[c for c in frame if c not in empty]])
    missing = {name: None for name in table.names if name not in frame}
    return frame.assign(**missing).reset_index(drop=True)
