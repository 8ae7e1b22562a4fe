"""Behaviours of the user's own: the README's example, an edit, a mistake, and taking it away."""

import json
import re
from pathlib import Path

import pytest

from pipeline.behaviours import behaviours_table, registered
from pipeline.behaviours.own import load_own
from pipeline.errors import ConfigurationError
from pipeline.join import joined_table
from pipeline.store import Store
from pipeline.tables import MOMENTS, TURNS
from tests.flow.conftest import Cli, run_plain
from tests.flow.test_readme import blocks

NAME = "introduces_themselves"


@pytest.fixture(autouse=True)
def _ours_alone() -> object:
    yield
    load_own(None)


def folder_of(centre: Path) -> Path:
    """The README's two files, beside the centre's configuration, which names their folder."""
    for text in (*blocks("python"), *blocks("text")):
        named = re.match(r"# (behaviours/[\w/.]+)", text)
        if named:
            path = centre / named.group(1)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    path = centre / "attune.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[behaviours]\nfolder = "behaviours"\n')
    return centre / "behaviours"


def test_the_readmes_example_is_ten_lines() -> None:
    code = next(text for text in blocks("python") if NAME in text)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


def test_it_is_measured_ranked_shown_and_taken_away(
    centre: Path, store: Store, attune: Cli
) -> None:
    before = store.read(behaviours_table())
    heard = store.read(TURNS)
    folder = folder_of(centre)
    tally = run_plain(centre)
    assert tally.heard == tally.read == 0 and tally.measured == len(before)
    rows = store.read(behaviours_table())
    moments = store.read(MOMENTS).query("behaviour == @NAME")
    said = heard["text"].str.contains(r"(?i)\bmy name is \w|\bthis is \w+ (?:from|speaking)")
    calls = set(heard[said & (heard["side"] == "agent")]["call_id"])
    assert len(calls) > 50 and set(moments["call_id"]) <= calls
    assert set(rows[rows[NAME] == 1]["call_id"]) == set(moments["call_id"])
    assert len(set(moments["call_id"])) > 0.9 * len(calls)
    assert NAME in store.read(joined_table())
    listed = json.loads(attune("glossary", "--json", "-c", str(centre / "attune.toml")).stdout)
    assert [b["definition"] for b in listed if b["name"] == NAME] == [
        "1 when the agent says their name; else 0."
    ]
    assert run_plain(centre).tables_written == []

    words = folder / "words" / "en" / "introduction.txt"
    words.write_text("side: agent\nno one says this\n", encoding="utf-8")
    assert run_plain(centre).measured == len(before)
    assert not store.read(behaviours_table())[NAME].any()

    path = centre / "attune.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("\n[behaviours]\nfolder", "\n#"))
    run_plain(centre)
    assert NAME not in store.read(behaviours_table())
    assert store.read(MOMENTS).query("behaviour == @NAME").empty


def test_every_file_that_cannot_be_loaded_is_named(centre: Path, attune: Cli) -> None:
    folder = folder_of(centre)
    (folder / "broken.py").write_text("def half(:\n")
    (folder / "taken.py").write_text(
        "from pipeline.behaviours import *\n"
        "@behaviour(unit='s', owner='agent', expected='up', label='x', source='x')\n"
        "def dead_air_s(call):\n    'Seconds.'\n"
    )
    (folder / "words" / "en" / "odd.txt").write_text("side: agent\n( never closed\n")
    config = str(centre / "attune.toml")
    for command in (["run", "--plain"], ["check"]):
        done = attune(*command, "-c", config)
        assert done.returncode == 3
        said = done.stdout + done.stderr
        assert "broken.py: SyntaxError" in said and "the name dead_air_s is taken" in said
        assert "odd.txt, line 2" in said and "Next: " in said
    assert not any(b.own for b in registered())


def test_a_failure_in_one_call_is_unknown_there_and_tells_no_words(
    centre: Path, store: Store
) -> None:
    folder = folder_of(centre)
    (folder / "introduction.py").write_text(
        "from pipeline.behaviours import Call, Measure, behaviour\n"
        "@behaviour(unit='s', owner='agent', expected='up', label='x', source='x')\n"
        "def fails_often(call: Call) -> Measure:\n    '''Seconds.'''\n"
        "    if call.call_id > 'C000300':\n        raise ValueError(call.turns[0].text)\n"
        "    return Measure(call.duration_s / 0.0 if call.call_id > 'C000200' else float('nan'))\n"
    )
    run_plain(centre)
    rows = store.read(behaviours_table())
    assert rows["fails_often"].isna().all()
    why = {
        entry["reason"]
        for entries in rows["unknown"]
        for entry in entries
        if entry["behaviour"] == "fails_often"
    }
    assert "the behaviour failed with ValueError" in why
    assert "the behaviour failed with ZeroDivisionError" in why
    assert "the behaviour gave no finite number" in why


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no folder"):
        load_own(tmp_path / "none")
