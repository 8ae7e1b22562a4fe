"""A run's promises: everything is processed once, changes only redo what they touch."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from flows.stages.site import Tally
from pipeline.behaviours import behaviours_table
from pipeline.contracts import Table
from pipeline.errors import TooMuchRefusedError
from pipeline.join import joined_table
from pipeline.store import Store
from pipeline.tables import ACTIVITY, CALLS, QUARANTINE, TABLES, TURNS
from tests.flow.conftest import LATER, SMALL, run_plain


def versions(store: Store) -> dict[str, int | None]:
    return {table.name: store.version(table) for table in TABLES}


def rows(store: Store, table: Table) -> str:
    return store.read(table).to_csv(index=False)


def test_every_call_is_measured(ran: Path) -> None:
    store = Store(ran / "store")
    calls = store.read(CALLS)
    assert len(calls) == len(store.read(behaviours_table())) == SMALL.calls
    assert (calls["source"] == "recording").sum() == SMALL.recorded
    assert calls["eligible"].astype(bool).all()


def test_second_run_changes_no_table(centre: Path, store: Store) -> None:
    before = versions(store)
    tally = run_plain(centre, LATER)
    assert versions(store) == before
    assert tally.tables_written == [] and tally.heard == tally.read == tally.measured == 0


def test_report_is_left_alone_by_a_second_run(centre: Path) -> None:
    index = centre / "report" / "index.html"
    before = index.stat().st_mtime_ns
    run_plain(centre, LATER)
    assert index.stat().st_mtime_ns == before


def test_renamed_recording_is_not_heard_again(centre: Path, store: Store) -> None:
    folder = centre / "recordings"
    first = sorted(folder.glob("*.wav"))[0]
    (folder / "day").mkdir()
    first.rename(folder / "day" / first.name)
    assert run_plain(centre, LATER).heard == 0
    assert f"day/{first.name}" in set(store.read(CALLS)["recording"])


def test_new_calls_do_the_work_of_new_calls(centre: Path) -> None:
    log = pd.read_csv(centre / "call_log.csv", dtype=str)
    recordings = sorted((centre / "recordings").glob("*.wav"))
    new = log.tail(2).assign(call_id=["NEW1", "NEW2"])
    pd.concat([log, new]).to_csv(centre / "call_log.csv", index=False)
    for call_id, source in zip(new["call_id"], recordings, strict=False):
        shutil.copy(source, centre / "recordings" / f"{call_id}.wav")
    tally = run_plain(centre, LATER)
    assert (tally.heard, tally.read, tally.measured) == (2, 0, 2)


def test_late_answer_updates_joined_only(centre: Path, store: Store) -> None:
    surveys = pd.read_csv(centre / "surveys.csv", dtype=str)
    missing = surveys[surveys["score"].isna()].index[0]
    surveys.loc[missing, ["score", "answered_at"]] = ["9", "2026-03-30T10:00:00Z"]
    surveys.to_csv(centre / "surveys.csv", index=False)
    before = versions(store)
    tally = run_plain(centre, LATER)
    assert tally.measured == 0 and "JOINED" in tally.tables_written
    untouched = ("CALLS", "ACTIVITY", "TURNS", "MOMENTS", "BEHAVIOURS")
    assert all(versions(store)[name] == before[name] for name in untouched)


def test_same_input_same_rows(centre: Path, ran: Path, store: Store) -> None:
    shutil.rmtree(centre / "store")
    run_plain(centre, LATER)
    other = Store(ran / "store")
    derived = (behaviours_table(), joined_table())
    for table in (*(t for t in TABLES if t.name not in ("BEHAVIOURS", "JOINED")), *derived):
        assert rows(store, table) == rows(other, table), table.name
    assert (centre / "report" / "index.html").read_bytes() == (
        ran / "report" / "index.html"
    ).read_bytes()


@pytest.fixture
def spoilt(centre: Path) -> Path:
    """The centre with everything wrong that an input can be, and nothing of it processed yet."""
    shutil.rmtree(centre / "store")
    recordings = sorted((centre / "recordings").glob("*.wav"))
    recordings[0].write_text("this is not sound", encoding="utf-8")
    recordings[1].write_bytes(b"")
    recordings[2].write_bytes(recordings[2].read_bytes()[:20_000])
    shutil.copy(recordings[3], centre / "recordings" / "STRAY.wav")
    log = pd.read_csv(centre / "call_log.csv", dtype=str)
    silent = log.tail(1).assign(call_id="SILENT")
    twice = log.head(1)
    pd.concat([log, silent, twice]).to_csv(centre / "call_log.csv", index=False)
    with (centre / "surveys.csv").open("a", encoding="utf-8") as file:
        customer = log["customer_id"].iloc[0]
        for survey, score in (("E1", "11"), ("E2", "ten"), ("E3", "-1"), ("E4", "9.5")):
            file.write(f"{survey},{customer},,,2026-03-30T10:00:00Z,nps,email,{score},\n")
    return centre


def spoilt_run(folder: Path) -> Tally | None:
    try:
        return run_plain(folder)
    except TooMuchRefusedError as error:
        assert error.exit_code == 6 and "3 of 4 recordings" in str(error)
        return None


def test_bad_input_is_refused_with_its_reason_and_stops_nothing(
    spoilt: Path, store: Store, ran: Path
) -> None:
    assert spoilt_run(spoilt) is None  # three of four recordings are beyond the allowed share
    refused = store.read(QUARANTINE)
    why = refused["what"] + " " + refused["where"] + ": " + refused["why"]
    for expected in (
        "STRAY.wav: no call in the call log",
        "call SILENT: no recording and no transcript",
        "stands in an earlier row",
        "got '11', outside the scale",
        "got 'ten', expected a whole number",
        "got '-1', outside the scale",
        "got '9.5', expected a whole number",
    ):
        assert why.str.contains(expected, regex=False).any(), expected
    assert (refused["what"] == "recording").sum() == 4
    # Everything else is processed, and as in a run without the faults.
    healthy = Store(ran / "store")
    lost = set(store.read(CALLS).query("eligible == False")["call_id"])
    assert len(lost) == 4
    for table in (ACTIVITY, TURNS):
        expected_rows = healthy.read(table)
        expected_rows = expected_rows[~expected_rows["call_id"].isin(lost)]
        assert rows(store, table) == expected_rows.to_csv(index=False), table.name


def test_refused_recordings_are_not_tried_again(spoilt: Path, store: Store) -> None:
    spoilt_run(spoilt)
    before = versions(store)
    tally = run_plain(spoilt, LATER)
    assert tally.tables_written == [] and versions(store) == before


def test_mended_recording_is_heard(spoilt: Path, ran: Path, store: Store) -> None:
    spoilt_run(spoilt)
    name = sorted((ran / "recordings").glob("*.wav"))[1].name
    shutil.copy(ran / "recordings" / name, spoilt / "recordings" / name)
    assert run_plain(spoilt, LATER).heard == 1
    call = store.read(CALLS).set_index("call_id").loc[name.removesuffix(".wav")]
    assert call["eligible"] and pd.isna(call["why_not"])


def test_recordings_that_are_gone_keep_what_was_heard(centre: Path, store: Store) -> None:
    before = rows(store, TURNS)
    shutil.rmtree(centre / "recordings")
    (centre / "recordings").mkdir()
    config = centre / "attune.toml"
    config.write_text(config.read_text().replace("window_s = 10", "window_s = 9"))
    tally = run_plain(centre, LATER)
    assert rows(store, TURNS) == before and tally.heard == 0
    assert any("recordings are gone" in note for note in tally.notes)


def test_log_without_a_usable_row(centre: Path) -> None:
    (centre / "call_log.csv").write_text("call_id,started_at\nA,12/03/2026 10:00\n")
    shutil.rmtree(centre / "store")
    with pytest.raises(TooMuchRefusedError, match="1 of 1 call log rows"):
        run_plain(centre)


def test_nothing_unredacted_is_written(centre: Path, store: Store) -> None:
    """A number read out digit by digit is in no table, log or file of the run."""
    path = sorted((centre / "transcripts").glob("*.jsonl"))[0]
    secret = "seven three five nine one one zero four"
    lines = path.read_text(encoding="utf-8").splitlines()
    spoken = f'"text":"It is {secret}","words":[]'
    turn = f'{{"side":"customer","start_s":1.0,"end_s":4.0,{spoken}}}'
    lines[0] = lines[0].replace('"turns":[', f'"turns":[{turn},', 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run_plain(centre, LATER)
    assert (store.read(TURNS)["text"].str.contains("[number]", regex=False)).any()
    for file in [*(centre / "store").rglob("*"), *(centre / "report").rglob("*")]:
        assert not file.is_file() or b"nine one one zero" not in file.read_bytes(), file
