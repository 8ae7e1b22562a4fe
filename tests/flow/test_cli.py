"""The commands as a user types them: output, exit code, one sentence for every error."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.join import joined_table
from pipeline.store import Store
from pipeline.tables import DRIVERS, FOCUS
from tests.flow.conftest import Cli


def test_run_in_json(centre: Path, attune: Cli) -> None:
    done = attune("run", "--plain", "--json", cwd=centre)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tables_written"] == []


def test_one_stage(centre: Path, attune: Cli) -> None:
    done = attune("run", "rank", "--plain", cwd=centre)
    assert done.returncode == 0 and "rank" in done.stdout and "hear" not in done.stderr
    wrong = attune("run", "ranking", cwd=centre)
    assert wrong.returncode == 2 and "expected one of ingest" in wrong.stderr


def focus_row(agent: str, behaviour: str, kind: str, team: str = "Oak") -> dict[str, object]:
    moment = {"call_id": "C1", "start_s": 65.0, "end_s": 70.0, "quote": "please hold"}
    values = {"current": 9.0, "peers_median": 6.0, "peers_best_quartile": 3.0, "target": 3.0}
    gain = {"gain_points": 2.0, "gain_low": 0.5, "gain_high": 3.5, "n_calls": 80, "n_surveys": 30}
    return {"agent_id": agent, "team": team, "segment_mix": "consumer 100 %",
            "behaviour": behaviour, "kind": kind, "unit": "s", "moments": [moment],
            "note": None, **values, **gain}  # fmt: skip


def test_focus_of_an_agent(centre: Path, store: Store, attune: Cli) -> None:
    rows = [focus_row("A1", "dead_air_s", "change"), focus_row("A1", "handle_time_s", "keep"),
            focus_row("A2", "dead_air_s", "change", team="=cmd|' /C calc'!A0")]  # fmt: skip
    store.overwrite(FOCUS, pd.DataFrame(rows), "by hand")
    listed = json.loads(attune("focus", "--agent", "A1", "--json", cwd=centre).stdout)
    assert [row["kind"] for row in listed] == ["change", "keep"]
    assert {"gain_low", "gain_high", "n_calls", "moments"} <= listed[0].keys()
    shown = attune("focus", "--agent", "A1", cwd=centre).stdout
    assert "Dead air" in shown and "at 1:05.0 “please hold”" in shown
    assert "never a prediction" in shown
    table = attune("focus", "--agent", "A2", "--csv", cwd=centre).stdout
    assert "'=cmd" in table, "a spreadsheet must not run a cell"
    unknown = attune("focus", "--agent", "nobody", cwd=centre)
    assert unknown.returncode == 2 and "agents with one: A1, A2" in unknown.stderr


def test_rank_on_a_table_alone(ran: Path, tmp_path: Path, attune: Cli) -> None:
    store = Store(ran / "store")
    store.read(joined_table()).to_parquet(tmp_path / "joined.parquet")
    out = tmp_path / "out"
    done = attune("rank", "--table", str(tmp_path / "joined.parquet"), "--out", str(out))
    assert done.returncode == 0, done.stderr
    drivers = pd.read_parquet(out / "drivers.parquet")
    assert list(drivers.columns) == DRIVERS.names
    assert len(pd.read_csv(out / "drivers.csv")) == len(drivers)
    assert len(json.loads((out / "drivers.json").read_text())) == len(drivers)


def joined_with(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"call_id": ["a", "b"], "score": [9, 3], "x": [1.0, 2.0], **columns})


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        (joined_with(started_at=["yesterday", "never"]), (), "started_at: 2 cells are no times"),
        (joined_with(), ("--contexts", "score"), "cannot be held constant"),
        (joined_with(), ("--behaviours", "score"), "the answer itself"),
        (joined_with(), ("--segment", "nope"), "--segment: no column nope"),
    ],
)
def test_rank_refuses_what_makes_no_sense(
    tmp_path: Path, attune: Cli, table: pd.DataFrame, options: tuple[str, ...], said: str
) -> None:
    table.to_parquet(tmp_path / "t.parquet")
    arguments = ("--table", str(tmp_path / "t.parquet"), "--out", str(tmp_path / "out"))
    done = attune("rank", *arguments, *options)
    assert done.returncode == 4 and said in done.stderr, done.stderr


def test_rank_of_a_table_that_breaks_its_contract(tmp_path: Path, attune: Cli) -> None:
    pd.DataFrame({"call_id": ["a"], "score": ["ten"]}).to_parquet(tmp_path / "t.parquet")
    done = attune("rank", "--table", str(tmp_path / "t.parquet"), "--out", str(tmp_path / "out"))
    assert done.returncode == 4 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("[rank]", "[rnak]"), 3, "did you mean 'rank'"),
        (("window_days", "windw_days"), 3, "did you mean 'window_days'"),
        (("window_days = 30", 'window_days = "long"'), 3, "rank.window_days"),
        (('"reason", "queue"', '"reasn", "score"'), 3, "rank.contexts"),
        (('path = "call_log.csv"', 'path = "no.csv"'), 4, "there is no file"),
        (('path = "call_log.csv"', 'path = "call_log.csv"\ncolumns = {call_id = "Id"}'), 4,
         "no column 'Id'"),
        (('path = "recordings"', 'path = "elsewhere"'), 4, "there is no folder"),
    ],
)  # fmt: skip
def test_errors_of_the_configuration(
    centre: Path, attune: Cli, change: tuple[str, str], code: int, said: str
) -> None:
    config = centre / "attune.toml"
    config.write_text(config.read_text().replace(*change))
    done = attune("run", "--plain", cwd=centre)
    assert done.returncode == code and said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_missing_column_and_model(centre: Path, attune: Cli) -> None:
    config = centre / "attune.toml"
    text = config.read_text()
    config.write_text(re.sub(r"(?m)^model = .*$", 'model = "nothing-like-it"', text))
    done = attune("run", "--plain", cwd=centre)
    assert done.returncode == 5 and "set [speech] model" in done.stderr
    config.write_text(text)
    log = pd.read_csv(centre / "call_log.csv", dtype=str)
    log.drop(columns="started_at").to_csv(centre / "call_log.csv", index=False)
    done = attune("run", "--plain", cwd=centre)
    assert done.returncode == 4 and "no column 'started_at'" in done.stderr


def test_two_runs_at_once(centre: Path, attune: Cli) -> None:
    with Store(centre / "store").locked():
        done = attune("run", "--plain", cwd=centre)
    assert done.returncode == 7 and "Another run holds the store" in done.stderr


def test_check_names_every_part(centre: Path, attune: Cli) -> None:
    done = attune("check", cwd=centre)
    assert done.returncode == 0, done.stdout
    parts = ("call log", "recordings", "transcripts", "surveys", "speech", "store")
    assert all(f"{part}:" in done.stdout for part in parts)


@pytest.mark.parametrize(
    "command", ["demo", "run", "rank", "focus", "serve", "deploy", "check", "glossary"]
)
def test_help_has_an_example(attune: Cli, command: str) -> None:
    done = attune(command, "--help")
    assert done.returncode == 0 and f"Example: attune {command}" in " ".join(done.stdout.split())


def test_demo_makes_a_centre_and_runs_it(tmp_path: Path, attune: Cli) -> None:
    arguments = ("demo", "--folder", str(tmp_path / "d"), "--calls", "60", "--recorded", "1")
    done = attune(*arguments)
    assert done.returncode == 0, done.stderr
    assert "1 heard, 59 read, 60 measured" in done.stdout
    assert (tmp_path / "d" / "report" / "index.html").is_file()
    again = attune(*arguments)
    assert "0 heard, 0 read, 0 measured" in again.stdout
