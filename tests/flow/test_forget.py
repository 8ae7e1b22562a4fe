"""Forgetting a customer: nothing of them is left, nothing of others changes, nobody comes back."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from flows import configuration, forgetting
from flows.forgetting import Forgotten, forget
from flows.keys import pseudonyms_of
from pipeline.behaviours import behaviours_table
from pipeline.columns import COUNT, NUMBER
from pipeline.errors import UsageError
from pipeline.join import joined_table
from pipeline.privacy.copies import copy_name
from pipeline.privacy.needles import Needles
from pipeline.privacy.traces import Trace, traces
from pipeline.store import Store
from pipeline.tables import (
    ACTIVITY,
    CALLS,
    FOCUS,
    FOLLOW_UPS,
    FORGOTTEN,
    MOMENTS,
    QUARANTINE,
    SURVEYS,
    TRACKS,
    TURNS,
)
from tests.flow.conftest import LATER, Cli, run_plain

PHRASE = "my purple bicycle was stolen in the tunnel"
BY_CALL = (CALLS, TRACKS, ACTIVITY, TURNS, MOMENTS, behaviours_table(), FOLLOW_UPS)


class Someone:
    """A customer with a recorded call, and all by which they could be found."""

    def __init__(self, folder: Path) -> None:
        log = pd.read_csv(folder / "call_log.csv", dtype=str)
        surveys = pd.read_csv(folder / "surveys.csv", dtype=str)
        recorded = {path.stem for path in (folder / "recordings").glob("*.wav")}
        self.id = str(log.loc[log["call_id"].isin(recorded), "customer_id"].iloc[0])
        self.calls = sorted(log.loc[log["customer_id"] == self.id, "call_id"])
        self.surveys = sorted(surveys.loc[surveys["customer_id"] == self.id, "survey_id"])
        self.recorded = sorted(recorded & set(self.calls))
        settings = configuration.load(folder / "attune.toml")
        self.pseudonym = pseudonyms_of(settings).customer(self.id)

    def traces(self, folder: Path) -> list[Trace]:
        """Everywhere but in the user's own files, decoded as far as can be."""
        needles = Needles(
            ids={
                "customer_id": [self.id, self.pseudonym],
                "call_id": self.calls,
                "survey_id": self.surveys,
                "invitation_id": self.surveys,
                "file": [f"{call}.wav" for call in self.recorded],
            },
            phrases=[PHRASE],
        )
        return traces([folder / name for name in ("store", "report", "redacted", "audit.jsonl")],
                      needles)  # fmt: skip


def others(store: Store, someone: Someone) -> dict[str, str]:
    """Everybody else's rows as text."""
    kept = {}
    for table in BY_CALL:
        rows = store.read(table)
        kept[table.name] = rows[~rows["call_id"].isin(someone.calls)].to_csv(index=False)
    surveys = store.read(SURVEYS)
    kept["SURVEYS"] = surveys[~surveys["survey_id"].isin(someone.surveys)].to_csv(index=False)
    joined = store.read(joined_table())
    theirs = joined["call_id"].isin(someone.calls) | joined["invitation_id"].isin(someone.surveys)
    kept["JOINED"] = joined[~theirs].to_csv(index=False)
    return kept


def run_twice(folder: Path) -> Someone:
    """A second run, with a comment and a refusal of someone's, so that there are older versions."""
    someone = Someone(folder)
    surveys = pd.read_csv(folder / "surveys.csv", dtype=str)
    surveys.loc[surveys["survey_id"] == someone.surveys[0], "comment"] = f"Ah, {PHRASE}!"
    surveys.to_csv(folder / "surveys.csv", index=False)
    shutil.copy(folder / "recordings" / f"{someone.recorded[0]}.wav",
                folder / "recordings" / f"{someone.calls[-1]}_agent.wav")  # fmt: skip
    log = pd.read_csv(folder / "call_log.csv", dtype=str)
    log.loc[log["call_id"] == someone.calls[0], "reason"] = "billing"
    log.to_csv(folder / "call_log.csv", index=False)
    run_plain(folder, LATER)
    return someone


def forgotten(folder: Path, customer: str) -> Forgotten:
    settings = configuration.load(folder / "attune.toml")
    return forget(settings, customer, now=LATER, say=lambda _: None)


@pytest.fixture(scope="module")
def twice(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Someone]:
    """A centre that was run twice. Read only."""
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("twice") / "centre"))
    return folder, run_twice(folder)


@pytest.fixture
def there(twice: tuple[Path, Someone], tmp_path: Path) -> tuple[Path, Someone]:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(twice[0], tmp_path / "centre")), twice[1]


def test_nothing_is_left_and_others_stay(there: tuple[Path, Someone]) -> None:
    folder, someone = there
    store = Store(folder / "store")
    before = others(store, someone)
    places = {trace.path.relative_to(folder).parts[:2] for trace in someone.traces(folder)}
    assert {("store", name) for name in ("calls", "turns", "surveys", "quarantine")} <= places
    done = forgotten(folder, someone.id)
    assert (done.calls, done.surveys) == (len(someone.calls), len(someone.surveys))
    assert done.found == () and done.searched > 20
    assert someone.traces(folder) == []
    assert others(store, someone) == before
    assert (done.tables["CALLS"].rows, done.tables["SURVEYS"].rows) == (done.calls, done.surveys)
    assert done.tables["CALLS"].versions > 0 and done.tables["SURVEYS"].versions > 0


def test_the_redacted_copy_goes_and_the_recording_is_named(there: tuple[Path, Someone]) -> None:
    folder, someone = there
    copies = [folder / "redacted" / copy_name(call) for call in someone.recorded]
    assert all(path.is_file() for path in copies)
    done = forgotten(folder, someone.id)
    assert done.copies == len(copies) and not any(path.exists() for path in copies)
    assert len(list((folder / "redacted").iterdir())) == 4 - len(copies)
    for name in (f"{someone.recorded[0]}.wav", f"{someone.calls[-1]}_agent.wav"):
        assert str(folder / "recordings" / name) in done.files_of_yours
        assert (folder / "recordings" / name).is_file(), "the user's own files are not ours"


def test_the_next_run_takes_nobody_in_again(there: tuple[Path, Someone]) -> None:
    folder, someone = there
    store = Store(folder / "store")
    forgotten(folder, someone.id)
    tally = run_plain(folder, LATER)
    assert (tally.heard, tally.read) == (0, 0)
    assert someone.traces(folder) == []
    assert not set(store.read(CALLS)["call_id"]) & set(someone.calls)
    version = store.version(CALLS)
    assert run_plain(folder, LATER).tables_written == [] and store.version(CALLS) == version


def test_pages_that_showed_them_are_written_anew(there: tuple[Path, Someone]) -> None:
    folder, someone = there
    page = folder / "report" / "follow-ups.html"
    page.write_text(page.read_text(encoding="utf-8") + f"<p>{someone.calls[0]}", encoding="utf-8")
    left = folder / ".report.k1lled_x" / "new"
    left.mkdir(parents=True)
    (left / "index.html").write_text(someone.calls[0], encoding="utf-8")
    assert forgotten(folder, someone.id).pages_anew >= 1
    assert someone.calls[0] not in page.read_text(encoding="utf-8")
    assert not left.parent.exists()


@pytest.mark.parametrize("name", ["glossary.html", "index.html"])
def test_pages_that_cannot_be_written_anew_go(
    there: tuple[Path, Someone], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder, someone = there
    page = folder / "report" / name
    page.write_text(page.read_text(encoding="utf-8") + f"<p>{someone.calls[0]}", encoding="utf-8")

    def full(_: object) -> None:
        raise UsageError("the report cannot be written (the disk is full).")

    monkeypatch.setattr(forgetting, "report", full)
    done = forgotten(folder, someone.id)
    assert done.pages_removed >= 1 and done.found == () and not page.exists()
    # Without its index the next run would not know the folder for a report, and not replace it.
    assert (folder / "report").exists() == (name != "index.html")


def test_a_folder_that_is_no_report_is_searched_and_left_alone(
    there: tuple[Path, Someone],
) -> None:
    folder, someone = there
    shutil.rmtree(folder / "report")
    (folder / "report").mkdir()
    letter = folder / "report" / "letter.html"
    letter.write_text(f"about call {someone.calls[0]}", encoding="utf-8")
    done = forgotten(folder, someone.id)
    assert [trace.path for trace in done.found] == [letter] and letter.exists()


def test_excerpts_go_and_the_agents_row_stays(there: tuple[Path, Someone]) -> None:
    folder, someone = there
    store = Store(folder / "store")
    mine = {"call_id": someone.calls[0], "start_s": 1.0, "end_s": 2.0, "quote": PHRASE}
    other = {**mine, "call_id": "C-other", "quote": "hello there"}
    filled = {column.name: 1 for column in FOCUS.columns if column.type in (NUMBER, COUNT)}
    texts = {"segment_mix": "all", "behaviour": "b", "kind": "keep", "unit": "s"}
    focus = pd.DataFrame(
        [{"agent_id": f"A{number}", **texts, **filled} for number in range(3)]
    ).assign(moments=pd.Series([[mine, other], None, []], dtype=object))
    store.overwrite(FOCUS, focus, "as before")
    assert forgotten(folder, someone.id).tables["FOCUS"].rows == 1
    cells = [None if cell is None else list(cell) for cell in store.read(FOCUS)["moments"]]
    assert cells == [[other], None, []] and store.fingerprint(FOCUS) == "as before"


def test_what_prefect_wrote_of_them_goes(there: tuple[Path, Someone]) -> None:
    folder, someone = there
    home = folder / "store" / ".prefect"
    home.mkdir()
    (home / "prefect.db-wal").write_bytes(b"\0failed: call " + someone.calls[0].encode() + b"\0")
    (home / "other").write_bytes(b"")
    assert forgotten(folder, someone.id).prefect_files == 2
    assert not home.exists()
    home.mkdir()
    (home / "prefect.db").write_bytes(b"nobody")
    assert forgotten(folder, someone.id).prefect_files == 0 and home.exists()


@pytest.mark.parametrize("step", ["_remove_copies", "_search"])
def test_a_kill_in_between_is_made_good_by_the_next(
    there: tuple[Path, Someone], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder, someone = there

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, step, killed)
        with pytest.raises(KeyboardInterrupt):
            forgotten(folder, someone.id)
    assert len(Store(folder / "store").read(FORGOTTEN)) >= len(someone.calls) + 2
    done = forgotten(folder, someone.id)
    assert done.found == () and someone.traces(folder) == []
    assert not any((folder / "redacted" / copy_name(call)).exists() for call in someone.recorded)


def test_a_kill_while_rows_are_removed(
    there: tuple[Path, Someone], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, someone = there
    remove = Store.remove

    def killed(self: Store, table: object, named: dict[str, list[str]]) -> int:
        if table is CALLS:
            raise KeyboardInterrupt
        return remove(self, table, named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Store, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            forgotten(folder, someone.id)
    assert forgotten(folder, someone.id).calls == len(someone.calls)
    assert someone.traces(folder) == []


def test_somebody_whom_nobody_knows(there: tuple[Path, Someone]) -> None:
    folder, _ = there
    store = Store(folder / "store")
    before = {table.name: store.version(table) for table in BY_CALL}
    done = forgotten(folder, "K99999")
    assert not done.is_known and done.found == ()
    assert next(done.lines()) == (
        "no call and no survey of this customer is known; later ones are refused"
    )
    assert {table.name: store.version(table) for table in BY_CALL} == before
    log = pd.read_csv(folder / "call_log.csv", dtype=str)
    new = log.tail(1).assign(call_id="C999999", customer_id="K99999")
    pd.concat([log, new]).to_csv(folder / "call_log.csv", index=False)
    run_plain(folder, LATER)
    assert "C999999" not in set(store.read(CALLS)["call_id"])
    assert traces([folder / "store"], Needles(ids={"call_id": ["C999999"]})) == []


def test_refusals_of_others_stay(there: tuple[Path, Someone]) -> None:
    folder, someone = there
    store = Store(folder / "store")
    rows = store.read(QUARANTINE)
    mine, other = f"call {someone.calls[0]}", f"call {someone.calls[0]}0"
    added = [
        rows.iloc[0].to_dict() | {"where": where, "why": f"{number}"}
        for number, where in enumerate([mine, other])
    ]
    store.overwrite(QUARANTINE, pd.concat([rows, pd.DataFrame(added)]), "")
    forgotten(folder, someone.id)
    left = set(store.read(QUARANTINE)["where"])
    assert mine not in left and other in left


def test_the_command_says_what_it_did(there: tuple[Path, Someone], attune: Cli) -> None:
    folder, someone = there
    config = str(folder / "attune.toml")
    done = attune("forget", "--customer", someone.id, "-c", config)
    assert done.returncode == 0
    assert f"calls: {len(someone.calls)}, surveys: {len(someone.surveys)}" in done.stdout
    assert "nothing of the person was found" in done.stdout.splitlines()[-1]
    again = attune("forget", "--customer", someone.id, "-c", config, "--json")
    said = json.loads(again.stdout)
    assert again.returncode == 0 and said["calls"] == 0 and said["found"] == []
    audit = (folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    last = json.loads(audit[-1])
    assert last["action"] == "forget" and last["subject"] and someone.id not in "".join(audit)


def test_what_cannot_be_removed_is_said(there: tuple[Path, Someone], attune: Cli) -> None:
    folder, someone = there
    (folder / "store" / "notes.txt").write_text(f"see {someone.calls[0]}", encoding="utf-8")
    done = attune("forget", "--customer", someone.id, "-c", str(folder / "attune.toml"))
    assert done.returncode == 7
    assert "STILL THERE" in done.stdout and "notes.txt" in done.stdout
    assert "Traces of the person that are left: 1" in done.stderr


@pytest.mark.parametrize("customer", ["", "  "])
def test_nobody_is_named(there: tuple[Path, Someone], customer: str) -> None:
    with pytest.raises(UsageError, match="id is empty"):
        forgotten(there[0], customer)


def test_a_held_store_is_left_alone(there: tuple[Path, Someone], attune: Cli) -> None:
    folder, someone = there
    with Store(folder / "store").locked():
        done = attune("forget", "--customer", someone.id, "-c", str(folder / "attune.toml"))
    assert done.returncode == 7 and "Another run holds" in done.stderr
    assert Store(folder / "store").version(FORGOTTEN) is None
