"""Behaviours of the user's own: the README's example, an edit, a mistake, and taking it away."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.behaviours import behaviours_table, measure_call, registered
from pipeline.behaviours.own import load_own
from pipeline.errors import ConfigurationError
from pipeline.join import joined_table
from pipeline.store import Store
from pipeline.tables import MOMENTS, TURNS
from tests.flow.conftest import Cli, run_plain
from tests.flow.test_readme import blocks
from tests.spec.drawing import draw

NAME = "introduces_themselves"


HEAD = "import math\nimport pandas as pd\nfrom pipeline.behaviours import *\n"
DECORATOR = "@behaviour(unit='s', owner='agent', expected='up', label='x', source='x'{more})\n"
CALL = "agent    |######....|\ncustomer |......####|"


def defined(name: str, body: str, more: str = "") -> str:
    """A behaviour of one line; `more` is said of it to the register."""
    return f"{DECORATOR.format(more=more)}def {name}(call):\n    'Seconds.'\n    {body}\n"


def loaded(folder: Path, *parts: str) -> None:
    """A file of these parts, loaded."""
    (folder / "ours.py").write_text("\n".join([HEAD, *parts]), encoding="utf-8")
    load_own(folder)


@pytest.fixture(autouse=True)
def _ours_alone() -> Iterator[None]:
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

    code = folder / "introduction.py"
    code.write_text(code.read_text(encoding="utf-8").replace('owner="agent"', 'owner="customer"'))
    words = folder / "words" / "en" / "introduction.txt"
    words.write_text("side: agent\nno one says this\n", encoding="utf-8")
    tally = run_plain(centre)
    assert tally.measured == len(before) and {"DRIVERS", "FOCUS"} <= set(tally.tables_written)
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


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return None", "AttributeError"),
        ("return Measure('many')", "ValueError"),
        ("raise SystemExit", "SystemExit"),
        ("return found(call, 'none_such')", "has no cue 'none_such'"),
        ("return Measure(math.inf)", "no finite number"),
        ("return Measure(None, (), 5)", "5"),
        ("return Measure(1, ['at 3 s'])", "AttributeError"),
        ("return Measure(1, [Moment('x', 'agent', 'early', 2.0)])", "ValueError"),
        ("return Measure(1, [Moment('x', 'agent', 3.0, 2.0)])", "does not lie in the call"),
        ("return Measure(1, [Moment('x', 'agent', -1.0, 2.0)])", "does not lie in the call"),
        ("return Measure(1, [Moment('x', 'agent', 11.0, 12.0)])", "does not lie in the call"),
        ("return Measure(1, [Moment('x', 'agent', math.nan, 2.0)])", "does not lie in the call"),
        ("return Measure(1, [Moment('x', 'nobody', 1.0, 2.0)])", "does not lie in the call"),
    ],
)
def test_what_cannot_be_stored_is_unknown(tmp_path: Path, body: str, why: str) -> None:
    loaded(tmp_path, defined("odd", body), defined("odd_of_log", body, ", from_log=True"))
    measured = measure_call(draw(CALL))
    for name in ("odd", "odd_of_log"):
        assert why in measured.unknown[name]
        assert name not in measured.values and name not in measured.moments


def test_moments_have_the_types_of_their_table_and_end_with_the_call(tmp_path: Path) -> None:
    loaded(tmp_path, defined("odd", "return Measure(True, [Moment(7, 'agent', 1, 99, 5, 2)])"))
    measured = measure_call(draw(CALL))
    (moment,) = measured.moments["odd"]
    assert measured.values["odd"] == 1.0
    assert (moment.kind, moment.start_s, moment.end_s) == ("7", 1.0, 10.0)
    assert (moment.quote, moment.confidence) == ("5", 1.0)


def test_a_moment_without_certainty_has_none_in_mono_either(tmp_path: Path) -> None:
    moment = "return Measure(1, [Moment('x', 'agent', 1, 2, None, 0.0)])"
    loaded(tmp_path, defined("odd", moment, ", sided=True"))
    call = replace(draw(CALL, mono=True), sides_confidence=0.9)
    assert measure_call(call).moments["odd"][0].confidence == 0.0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (defined("Odd", "pass"), "'Odd' is no name for a column"),
        (defined("odd", "pass").replace("agent", "boss"), "got owner 'boss'"),
        (defined("odd", "pass").replace("'up'", "'more'"), "expected 'more'"),
        ("raise SystemExit", "ours.py: SystemExit"),
    ],
)
def test_what_cannot_be_registered_is_told(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        loaded(tmp_path, text)


def test_a_file_is_read_as_it_is_now(tmp_path: Path) -> None:
    """Whatever its time and size say: a container's files may all be of one date."""
    for name in ("odd_one", "odd_two", "odd_six"):
        (tmp_path / "ours.py").write_text(HEAD + defined(name, "pass"), encoding="utf-8")
        os.utime(tmp_path / "ours.py", (0, 0))
        load_own(tmp_path)
        assert [b.name for b in registered() if b.own] == [name]


def test_a_cue_moved_to_another_language_is_found_there(tmp_path: Path) -> None:
    loaded(tmp_path, defined("says_it", "return Measure(len(found(call, 'brand')))"))
    spoken = draw(CALL, {"agent": ["attune"], "customer": ["yes"]})
    for language in ("xx", "yy"):
        path = tmp_path / "words" / language / "brand.txt"
        path.parent.mkdir(parents=True)
        before = sorted(tmp_path.glob("words/*/brand.txt"))
        path.write_text("side: agent\nattune\n") if not before else before[0].rename(path)
        load_own(tmp_path)
        assert measure_call(replace(spoken, language=language)).values["says_it"] == 1


FAILS_IN_THE_LOG = {
    "raises": "raise ValueError(call)",
    "gives_none": "return None",
    "of_another_index": "return pd.DataFrame({'value': 1.0}, index=range(len(call)))",
    "without_value": "return pd.DataFrame({'x': 1.0}, index=call['call_id'])",
    "twice": "return pd.DataFrame({'value': 1.0}, index=[*call['call_id'], *call['call_id']])",
    "words": "return pd.DataFrame({'value': 'many'}, index=call['call_id'])",
    "infinite": "return pd.DataFrame({'value': math.inf}, index=call['call_id'])",
    "both": "return pd.DataFrame({'value': 1, 'reason': 'x', 'moment': 7}, index=call['call_id'])",
    "changes_the_log": "del call['call_id'], call['started_at']",
}


def test_a_failure_in_the_whole_log_is_unknown(centre: Path, store: Store) -> None:
    folder = folder_of(centre)
    parts = [defined(n, body, ", whole_log=True") for n, body in FAILS_IN_THE_LOG.items()]
    (folder / "of_log.py").write_text("\n".join([HEAD, *parts]), encoding="utf-8")
    before = store.read(behaviours_table())["first_call_resolution"]
    run_plain(centre)
    rows = store.read(behaviours_table())
    assert rows["first_call_resolution"].equals(before)
    told = {entry["behaviour"]: entry["reason"] for entry in rows["unknown"].iloc[-1]}
    neither = "the behaviour gave neither a value nor a reason"
    assert {name: told.get(name) for name in FAILS_IN_THE_LOG} == {
        "raises": "the behaviour failed with ValueError",
        "gives_none": "the behaviour failed with AttributeError",
        "of_another_index": neither,
        "without_value": neither,
        "twice": "the behaviour failed with ValueError",
        "words": "the behaviour failed with ValueError",
        "infinite": "the behaviour gave no finite number",
        "both": None,
        "changes_the_log": "the behaviour failed with AttributeError",
    }
    assert (rows["both"] == 1).all() and rows[[*FAILS_IN_THE_LOG][:-2]].isna().all(axis=None)
    moments = store.read(MOMENTS).query("behaviour == 'both'")
    assert len(moments) == len(rows) and set(moments["kind"]) == {"7"}
    assert run_plain(centre).tables_written == []
