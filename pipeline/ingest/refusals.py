"""What was refused, where and why: the rows of QUARANTINE before they are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from pipeline.tables import QUARANTINE


@dataclass(frozen=True, order=True)
class Refusal:
    """One refused input. `where` names file and row, or the call; `why` what was expected."""

    what: str
    where: str
    why: str


def quarantine(refusals: Iterable[Refusal], seen_at: datetime) -> pd.DataFrame:
    """QUARANTINE rows, each refusal once."""
    rows = [
        {
            "what": r.what,
            "where": r.where,
            "why": r.why,
            "first_seen": seen_at,
            "last_seen": seen_at,
        }
        for r in sorted(set(refusals))
    ]
    return pd.DataFrame(rows, columns=QUARANTINE.names)
