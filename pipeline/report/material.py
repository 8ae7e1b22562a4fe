"""What several pages need, worked out once: the calls, the invitations, the names of the pages."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.behaviours.register import Behaviour
from pipeline.report.inputs import ReportOptions, ReportTables
from pipeline.report.names import anchor, behaviour_page_name, page_name
from pipeline.report.recordings import NO_RECORDINGS, Recordings

Row = dict[str, Any]

CUTS = ("brand", "region", "channel")
NO_SEGMENT = "(no segment)"


@dataclass(frozen=True, eq=False)
class Material:
    """The completed tables, the register, the options, the copies, and what follows from them."""

    tables: ReportTables
    behaviours: Mapping[str, Behaviour]
    options: ReportOptions
    recordings: Recordings = NO_RECORDINGS

    @cached_property
    def call_log(self) -> pd.DataFrame:
        """One row per call: CALLS, or where there is none (a bare JOINED table) JOINED's calls."""
        if len(self.tables.calls):
            return self.tables.calls
        joined = self.tables.joined.drop_duplicates("call_id")
        return joined.reindex(columns=self.tables.calls.columns)

    @cached_property
    def invitations(self) -> pd.DataFrame:
        """One row per survey invitation, answered or not, with the segment of its last call.

        Columns: survey_id, kind, mode, score, segment, brand, region, channel.
        """
        surveys = self._surveys.drop_duplicates("survey_id").set_index("survey_id")
        last = self._last_calls.reindex(surveys.index)
        call_id = last["call_id"].astype(object).where(last["call_id"].notna(), surveys["call_id"])
        log = self.call_log.drop_duplicates("call_id").set_index("call_id")
        of_call = log[["segment", *CUTS]].reindex(call_id)
        own = last["segment"].astype(object).to_numpy()
        segment = pd.Series(own).where(pd.notna(own), of_call["segment"].astype(object).to_numpy())
        contexts = {cut: of_call[cut].to_numpy() for cut in CUTS}
        columns = surveys[["kind", "mode", "score"]].reset_index()
        return columns.assign(segment=segment, **contexts)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """The invitations to an NPS survey that were answered, one row per survey."""
        invitations = self.invitations
        nps = (invitations["kind"] == "nps") & invitations["score"].notna()
        return invitations[nps].reset_index(drop=True)

    @cached_property
    def answered_rows(self) -> pd.DataFrame:
        """JOINED's rows with an NPS answer, with the segment of the survey as `survey_segment`."""
        joined, answers = self.tables.joined, self.answers
        answered = joined[
            joined["survey_id"].isin(answers["survey_id"]) & (joined["kind"] == "nps")
        ]
        segments = answers.set_index("survey_id")["segment"]
        return answered.assign(survey_segment=answered["survey_id"].map(segments))

    @cached_property
    def measured_calls(self) -> pd.DataFrame:
        """The calls of the log in which behaviours were measured."""
        measured = self.tables.behaviours["call_id"]
        if measured.empty:
            measured = self.tables.joined["call_id"]
        log = self.call_log
        return log[log["call_id"].isin(measured) & (log["eligible"] != False)]  # noqa: E712

    @cached_property
    def segment_of(self) -> pd.Series:
        """The segment of each call of the log, by call_id; NO_SEGMENT for a call without."""
        log = self.call_log.drop_duplicates("call_id").set_index("call_id")["segment"]
        return log.astype(object).where(log.notna(), NO_SEGMENT)

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row per measured call with its behaviours, of BEHAVIOURS or else of JOINED."""
        measured = self.tables.behaviours
        if measured.empty:
            measured = self.tables.joined.drop_duplicates("call_id")
        return measured.reset_index(drop=True)

    @cached_property
    def places(self) -> dict[str, npt.NDArray[np.intp]]:
        """Where in `values` the calls of each segment stand."""
        segments = self.values["call_id"].map(self.segment_of).fillna(NO_SEGMENT)
        found = self.values.groupby(segments, sort=True).indices
        return {str(segment): np.asarray(places) for segment, places in found.items()}

    @cached_property
    def unknown(self) -> Counter[tuple[str, str]]:
        """How many calls have no value of a behaviour for a reason: (behaviour, reason) → calls."""
        return Counter(
            (str(entry["behaviour"]), str(entry["reason"]))
            for cell in self.tables.behaviours["unknown"]
            for entry in structs(cell)
        )

    @cached_property
    def segment_pages(self) -> dict[str, str]:
        """Page of each segment, relative to the report's folder."""
        found = [f["segment"] for f in (self.tables.drivers, self.answers, self.call_log)]
        return {s: f"segments/{page_name(s)}" for s in _texts(found)}

    @cached_property
    def agent_pages(self) -> dict[str, str]:
        """Page of each agent, relative to the report's folder."""
        found = [f["agent_id"] for f in (self.tables.focus, self.call_log)]
        return {a: f"agents/{page_name(a)}" for a in _texts(found)}

    @cached_property
    def behaviour_pages(self) -> dict[str, str]:
        """Page of each registered behaviour, relative to the report's folder."""
        return {name: f"behaviours/{behaviour_page_name(name)}" for name in self.behaviours}

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The segments on a behaviour's page; calls without one come last."""
        return (*self.segment_pages, *({NO_SEGMENT} & self.places.keys()))

    def proof(self, behaviour: str, segment: str | None = None) -> str:
        """Where a number of a behaviour leads: its definition and its moments, in a segment.

        Empty for a behaviour that is not in the register: nothing is known of it.
        """
        page = self.behaviour_pages.get(behaviour, "")
        return f"{page}#{segment_anchor(segment)}" if page and segment in self.sections else page

    @cached_property
    def level(self) -> float:
        """Coverage of the effects' intervals, by DRIVERS or else by the options."""
        levels = self.tables.drivers["level"].dropna()
        return float(levels.iloc[0]) if len(levels) else self.options.level

    @property
    def _surveys(self) -> pd.DataFrame:
        if len(self.tables.surveys):
            return self.tables.surveys
        joined = self.tables.joined
        invited = joined[joined["invitation_id"].notna()]
        return invited.assign(survey_id=invited["invitation_id"])

    @property
    def _last_calls(self) -> pd.DataFrame:
        """The latest call of each invitation: a survey's segment is that of its last call."""
        joined = self.tables.joined
        invited = joined[joined["invitation_id"].notna()].sort_values(["started_at", "call_id"])
        last = invited.drop_duplicates("invitation_id", keep="last")
        return last.set_index("invitation_id")[["call_id", "segment"]]


def segment_anchor(segment: str) -> str:
    """The place of a segment on a behaviour's page."""
    return f"segment-{anchor(segment)}"


def rows(frame: pd.DataFrame) -> Iterator[Row]:
    """The rows as dictionaries, with None for every kind of missing value."""
    for record in frame.to_dict("records"):
        yield {str(k): None if _missing(v) else v for k, v in record.items()}


def structs(cell: object) -> list[Row]:
    """A list cell as a list of dictionaries; a null is an empty list."""
    return [] if _missing(cell) else [dict(item) for item in cell]  # type: ignore[attr-defined]


def percent_of_level(level: float) -> str:
    """A coverage in words: "90 %"."""
    return f"{100 * level:g}\u00a0%"


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(cast("float", value))))


def _texts(columns: Iterable[pd.Series]) -> list[str]:
    found = {str(value) for column in columns for value in column.dropna().unique()}
    return sorted(found, key=lambda text: (text.casefold(), text))
