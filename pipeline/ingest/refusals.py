"""What was refused, where and why: the rows of QUARANTINE before they are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from pipeline.privacy.redaction import redact_text
from pipeline.tables import QUARANTINE

LONGEST_QUOTE = 60


@dataclass(frozen=True, order=True)
class Refusal:
    """One refused input. `where` names file and row, or the call; `why` what was expected."""

    what: str
    where: str
    why: str


def quoted(cell: object) -> str:
    """What a refusal may quote of a cell: redacted, for it is stored and shown, and short."""
    text = redact_text(str(cell))
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]} …")


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
