"""Retention: how long each table's rows, the redacted copies and the recordings are kept.

A call's age is counted from its day; what is too old goes before anything else is done in a run,
out of every older version too. What is kept of such a call is settled: it is neither heard, nor
read, nor measured again, for what it would be made from is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.configuration import RetentionSettings
from pipeline.contracts import Table
from pipeline.tables import ACTIVITY, BEHAVIOURS, CALLS, MOMENTS, TRACKS, TURNS

OF_CALLS = (TURNS, MOMENTS, TRACKS, ACTIVITY, BEHAVIOURS, CALLS)
"""CALLS last: a removal that was killed is found, and done again, by it."""


@dataclass(frozen=True)
class Retention:
    """The first day that is kept, by what is kept; without an entry it is kept for ever."""

    since: Mapping[str, date]

    @classmethod
    def of(cls, settings: RetentionSettings, today: date) -> "Retention":
        """As configured. Nothing of a call is kept longer than its row in CALLS."""
        days = {name: days for name, days in settings.model_dump().items() if days is not None}
        if settings.calls is not None:
            for table in OF_CALLS:
                own = days.get(table.name.lower(), settings.calls)
                days[table.name.lower()] = min(own, settings.calls)
            own = days.get("redacted_recordings", settings.calls)
            days["redacted_recordings"] = min(own, settings.calls)
        return cls({name: today - timedelta(days=count) for name, count in days.items()})

    def first_day(self, *tables: Table) -> date | None:
        """The first day of which all of the tables are kept; None where nothing is ever removed."""
        return max(
            (self.since[t.name.lower()] for t in tables if t.name.lower() in self.since),
            default=None,
        )
