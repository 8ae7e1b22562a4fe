"""What the whole log tells of a call changes with the log: numbers, reasons and moments follow."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from flows import configuration
from flows.executor import Job, Progress, Result, Step
from flows.stages.ingest import ingest
from flows.stages.measure import measure
from flows.stages.opening import opened
from flows.stages.retain import retain
from flows.stages.site import Site, Tally
from pipeline.behaviours import behaviours_table
from pipeline.contracts import Table
from pipeline.store import Store
from pipeline.tables import ACTIVITY, MOMENTS
from tests.flow.conftest import LATER, NOW

HEADER = "call,started,customer,reason,duration"
FIRST = (
    "A,2026-02-01T10:00:00Z,K1,bill,120",
    "B,2026-02-03T10:00:00Z,K1,bill,60",
    "C,2026-02-04T10:00:00Z,K2,move,60",
    "Z,2026-02-10T10:00:00Z,K9,other,60",
)
FCR, REPEAT = "first_call_resolution", "repeat_contact_within_7d"


class InThisProcess:
    """Runs a step's jobs here: nine of ten seconds of such small runs would start processes."""

    def run(self, step: Step[Job, Result], progress: Progress) -> None:
        for job in step.jobs:
            step.commit(step.work(job))


def site_of(folder: Path, now: datetime) -> Site:
    settings = configuration.load(folder / "attune.toml")
    store = Store(settings.store.path)
    return opened(settings, store, InThisProcess(), now=now, say=lambda _: None)


class Centre:
    """A centre with nothing but a call log, in a folder."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.store = Store(folder / "store")
        (folder / "attune.toml").write_text(
            '[call_log]\npath = "log.csv"\n[call_log.columns]\ncall_id = "call"\n'
            'started_at = "started"\ncustomer_id = "customer"\nreason = "reason"\n'
            f'duration_s = "duration"\n{settings}',
            encoding="utf-8",
        )

    def run(self, rows: Sequence[str], now: datetime = NOW) -> Tally:
        (self.folder / "log.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        with self.store.locked():
            site = site_of(self.folder, now)
            retain(site)
            ingest(site)
            measure(site)
        return site.tally

    def told(self, name: str) -> dict[str, float | str]:
        """What BEHAVIOURS says of each call: the value, or the reason for none."""
        said: dict[str, float | str] = {}
        for row in self.store.read(behaviours_table()).to_dict("records"):
            why = {entry["behaviour"]: entry["reason"] for entry in row["unknown"]}
            said[row["call_id"]] = why[name] if pd.isna(row[name]) else float(row[name])
        return said

    def moments(self, name: str) -> dict[str, str]:
        rows = self.store.read(MOMENTS)
        rows = rows[rows["behaviour"] == name]
        return dict(zip(rows["call_id"], rows["kind"], strict=True))


@pytest.fixture
def log_only(tmp_path: Path) -> Centre:
    """The centre with its first calls, run once."""
    centre = Centre(tmp_path)
    centre.run(FIRST)
    return centre


def test_values_reasons_and_moments(log_only: Centre) -> None:
    said = log_only.told(FCR)
    assert said["A"] == 0 and said["B"] == "the call is itself a repeat"
    assert said["C"] == "the 7-day window has not closed"
    assert log_only.told(REPEAT)["B"] == 1
    assert log_only.moments(FCR) == {"A": "called again 2.0 days later (call B)"}
    assert log_only.moments(REPEAT) == {"B": "called 2.0 days before (call A)"}
    moments = log_only.store.read(MOMENTS)
    (moment,) = moments[moments["behaviour"] == FCR].to_dict("records")
    assert (moment["moment"], moment["side"], moment["start_s"]) == (0, "customer", 0.0)
    assert (moment["end_s"], moment["contested"]) == (120.0, False)


def test_a_run_without_change_writes_nothing(log_only: Centre) -> None:
    assert log_only.run(FIRST, LATER).tables_written == []


def test_a_window_closes_and_a_customer_calls_again(log_only: Centre) -> None:
    new = ("D,2026-02-09T10:00:00Z,K2,move,60", "Y,2026-02-20T10:00:00Z,K9,other,60")
    tally = log_only.run([*FIRST, *new], LATER)
    assert tally.measured == 2 and {"BEHAVIOURS", "MOMENTS"} <= set(tally.tables_written)
    assert log_only.told(FCR)["C"] == 0
    assert log_only.moments(FCR)["C"] == "called again 5.0 days later (call D)"
    assert log_only.moments(REPEAT)["D"] == "called 5.0 days before (call C)"
    assert log_only.moments(FCR)["A"] == "called again 2.0 days later (call B)"


def test_another_call_becomes_the_next_one(log_only: Centre) -> None:
    """The value stays, what is told of it does not."""
    log_only.run([*FIRST, "E,2026-02-02T10:00:00Z,K1,bill,60"], LATER)
    assert log_only.told(FCR)["A"] == 0
    assert log_only.moments(FCR)["A"] == "called again 1.0 days later (call E)"


def test_an_event_that_is_none_any_more_goes(log_only: Centre) -> None:
    rows = [FIRST[0], FIRST[1].replace("bill", "move"), *FIRST[2:]]
    log_only.run(rows, LATER)
    assert log_only.told(FCR)["A"] == 1
    assert log_only.moments(FCR) == log_only.moments(REPEAT) == {}


@pytest.mark.parametrize("behind", [MOMENTS, behaviours_table()], ids=lambda table: table.name)
def test_a_run_killed_between_the_two_tables_is_mended(log_only: Centre, behind: Table) -> None:
    """One of the tables is as it was before the customer called again."""
    store = log_only.store
    before = store.read(behind)
    log_only.run([*FIRST, "E,2026-02-02T10:00:00Z,K1,bill,60"], LATER)
    after = store.read(behind)
    old = pd.concat([before, after[after["call_id"] == "E"]])
    store.overwrite(behind, old, fingerprint="")
    assert log_only.run([*FIRST, "E,2026-02-02T10:00:00Z,K1,bill,60"], LATER).measured == 0
    pd.testing.assert_frame_equal(store.read(behind), after)


def contest(store: Store, call_id: str) -> None:
    rows = store.read(MOMENTS)
    rows["contested"] |= rows["call_id"] == call_id
    store.overwrite(MOMENTS, rows, fingerprint="")


def contested(store: Store) -> set[tuple[str, str]]:
    rows = store.read(MOMENTS)
    rows = rows[rows["contested"].astype(bool)]
    return set(zip(rows["call_id"], rows["behaviour"], strict=True))


def test_what_a_person_contested_stays_contested(log_only: Centre) -> None:
    """Through a refresh, and when the call is measured again."""
    contest(log_only.store, "B")
    assert log_only.run(FIRST, LATER).tables_written == []
    longer = [FIRST[0], *(row.replace(",60", ",90") for row in FIRST[1:])]
    log_only.run(longer, LATER)  # its moment is longer now
    assert contested(log_only.store) == {("B", REPEAT)}
    stored = log_only.store.read(behaviours_table())
    log_only.store.overwrite(behaviours_table(), stored.assign(version="old"), fingerprint="")
    assert log_only.run(longer, LATER).measured == len(FIRST)
    assert contested(log_only.store) == {("B", REPEAT)}


def test_the_moments_of_heard_calls_outlive_a_refresh(centre: Path, store: Store) -> None:
    """Other moments of a call stay as they are; an event of the log lasts as long as the sound."""
    rows = store.read(MOMENTS)
    own = rows[rows["behaviour"].isin([FCR, REPEAT])]
    heard = store.read(ACTIVITY).set_index("call_id")["duration_s"]
    assert len(own) and (own["end_s"].to_numpy() == heard[own["call_id"]].to_numpy()).all()
    call_id = own["call_id"].iloc[0]
    wrong = rows.assign(kind=rows["kind"].where(rows["behaviour"] != FCR, "called again"))
    wrong["contested"] |= rows["call_id"] == call_id
    store.overwrite(MOMENTS, wrong, fingerprint="")
    measure(site_of(centre, LATER))
    after = store.read(MOMENTS)
    pd.testing.assert_frame_equal(after.drop(columns="contested"), rows.drop(columns="contested"))
    others = (after["call_id"] == call_id) & (after["behaviour"] != FCR)
    assert after["contested"].equals(others)


def test_moments_whose_term_is_over_do_not_come_back(tmp_path: Path) -> None:
    centre = Centre(tmp_path, "[retention]\nmoments = 30\n")
    centre.run(FIRST, datetime(2026, 2, 11, tzinfo=UTC))
    assert centre.moments(FCR) == {"A": "called again 2.0 days later (call B)"}
    centre.run(FIRST, datetime(2026, 4, 1, tzinfo=UTC))
    assert centre.moments(FCR) == {} and centre.told(FCR)["A"] == 0
    assert centre.run(FIRST, datetime(2026, 4, 2, tzinfo=UTC)).tables_written == []
