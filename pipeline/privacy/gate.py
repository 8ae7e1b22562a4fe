"""The gate through which every input comes: the forgotten stay out, ids become pseudonyms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from pipeline.ingest.recordings import AGENT_ENDINGS, CUSTOMER_ENDINGS
from pipeline.ingest.refusals import Refusal
from pipeline.privacy.pseudonyms import Pseudonyms

CUSTOMER, CALL, SURVEY, FILE = "customer", "call", "survey", "file"
"""Kinds of what can be forgotten."""

_COLUMNS: Mapping[str, str] = {"customer_id": CUSTOMER, "call_id": CALL, "survey_id": SURVEY}


@dataclass(frozen=True)
class Gate:
    """`forgotten` are the tombstones of FORGOTTEN."""

    pseudonyms: Pseudonyms
    forgotten: frozenset[str] = frozenset()

    def is_forgotten(self, kind: str, name: str) -> bool:
        """Whether it is, or belongs to, a person who is forgotten."""
        return bool(self.forgotten) and self.pseudonyms.tombstone(kind, name) in self.forgotten

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of those who are not forgotten, with pseudonyms for ids."""
        kept = pd.Series(True, index=frame.index)
        for column, kind in _COLUMNS.items():
            if self.forgotten and column in frame:
                gone = [
                    one for one in frame[column].dropna().unique()
                    if self.is_forgotten(kind, str(one))
                ]  # fmt: skip
                kept &= ~frame[column].isin(gone)
        return self.pseudonyms.with_pseudonyms(frame[kept].reset_index(drop=True))

    def file(self, name: str) -> bool:
        """Whether a file may come in: not under a forgotten name, nor under a forgotten call's."""
        path = PurePosixPath(name)
        stems = {name, path.name, path.stem, PurePosixPath(path.stem).stem}
        ends = (*AGENT_ENDINGS, *CUSTOMER_ENDINGS)
        calls = sorted(stems | {stem.removesuffix(end) for stem in stems for end in ends})
        return not (
            self.is_forgotten(FILE, name) or any(self.is_forgotten(CALL, call) for call in calls)
        )

    def refusals(self, refusals: Iterable[Refusal]) -> list[Refusal]:
        """Those that name nobody who is forgotten. `where` is a file, a call, or "file, call"."""
        return [one for one in refusals if not self.forgotten or self._may_be_told(one)]

    def _may_be_told(self, refusal: Refusal) -> bool:
        parts = [refusal.where, *refusal.where.replace(" + ", ", ").split(", ")]
        return all(
            not self.is_forgotten(CALL, part.removeprefix("call "))
            if part.startswith("call ") else self.file(part)
            for part in parts
        )  # fmt: skip
