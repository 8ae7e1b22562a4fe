"""The setting voice_emotion: off unless asked for, of customers only, gone when switched off."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from flows import configuration
from flows.demo.recording import write_wav
from flows.run import Stage, run
from flows.stages.site import Tally
from pipeline.behaviours import behaviours_table
from pipeline.behaviours.tone_voice import FROM_AROUSAL
from pipeline.contracts import Table
from pipeline.store import Store
from pipeline.tables import ACTIVITY, MOMENTS, TRACKS, TURNS
from tests.flow.conftest import LATER, SMALL
from tests.flow.test_sound import samples_of

LONG = "long"
ON, OFF = '\n[behaviours]\nvoice_emotion = "customer"\n', ""


@pytest.fixture(scope="module")
def switched_on(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The centre with a call long enough for an arousal, run with the setting on. Read only."""
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("emotion") / "centre"))
    source = sorted((folder / "recordings").glob("*.wav"))[0]
    write_wav(folder / "recordings" / f"{LONG}.wav", np.tile(samples_of(source), (4, 1)))
    log = pd.read_csv(folder / "call_log.csv", dtype=str)
    row = log[log["call_id"] == source.stem]
    pd.concat([log, row.assign(call_id=LONG)]).to_csv(folder / "call_log.csv", index=False)
    switch(folder, OFF, ON)
    tell(folder)
    return folder


@pytest.fixture
def on(switched_on: Path, tmp_path: Path) -> Path:
    """A copy that a test may change, whose recordings are gone."""
    folder = Path(shutil.copytree(switched_on, tmp_path / "centre"))
    shutil.rmtree(folder / "recordings")
    (folder / "recordings").mkdir()
    return folder


def switch(folder: Path, old: str, new: str) -> None:
    """From one setting to the other."""
    config = folder / "attune.toml"
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, "") + new, encoding="utf-8")


def tell(folder: Path) -> Tally:
    """Run what hears and measures, which is all that the setting is for."""
    settings = configuration.load(folder / "attune.toml")
    stages: tuple[Stage, ...] = ("transcribe", "measure")
    return run(settings, now=LATER, say=lambda _: None, stages=stages, under_prefect=False)


def of(folder: Path, table: Table, call_id: str) -> pd.DataFrame:
    return Store(folder / "store").read(table, call_ids=[call_id])


def reasons(folder: Path, call_id: str) -> dict[str, str]:
    entries: Any = of(folder, behaviours_table(), call_id)["unknown"].iloc[0]
    return {entry["behaviour"]: entry["reason"] for entry in entries}


def values_stored(store: Store, table: Table, names: tuple[str, ...]) -> Iterator[int]:
    """How many values the columns have in every file of the table, older versions' as well."""
    for path in store.path(table).rglob("*.parquet"):
        if "_delta_log" not in path.parts:
            there = [name for name in names if name in pq.read_schema(path).names]
            rows = pq.read_table(path, columns=there, partitioning=None).to_pandas()
            yield int(rows.notna().sum().sum())


def assert_no_arousal(folder: Path) -> None:
    store = Store(folder / "store")
    assert sum(values_stored(store, TURNS, ("arousal",))) == 0
    assert sum(values_stored(store, behaviours_table(), FROM_AROUSAL)) == 0
    assert not set(FROM_AROUSAL) & set(store.read(MOMENTS)["behaviour"])
    assert reasons(folder, LONG)["customer_arousal"] == "voice_emotion is off"
    assert of(folder, ACTIVITY, LONG)["no_arousal"].tolist() == ["voice_emotion is off"]


def test_it_is_off_unless_it_is_asked_for(ran: Path) -> None:
    store = Store(ran / "store")
    assert store.read(TURNS)["arousal"].isna().all()
    activity = store.read(ACTIVITY).set_index("source")["no_arousal"]
    assert set(activity.loc[["recording"]]) == {"voice_emotion is off"}
    assert set(activity.loc[["transcript"]]) == {"the transcript has no sound"}
    heard = store.read(ACTIVITY).query("source == 'recording'")["call_id"]
    measured = store.read(behaviours_table()).set_index("call_id").loc[heard]
    assert measured[list(FROM_AROUSAL)].isna().all(axis=None)
    assert measured["agent_loudness_variation_db"].between(1, 20).all()
    assert measured["agent_pitch_variation_semitones"].between(0.1, 12).all()


def test_it_is_of_customers_and_never_of_agents(switched_on: Path) -> None:
    turns = Store(switched_on / "store").read(TURNS)
    assert turns.loc[turns["side"] != "customer", "arousal"].isna().all()
    own = turns[(turns["call_id"] == LONG) & (turns["side"] == "customer")]
    assert own["arousal"].notna().sum() >= 10
    assert own.loc[own["backchannel"], "arousal"].isna().all()
    measured = of(switched_on, behaviours_table(), LONG).iloc[0]
    assert measured[list(FROM_AROUSAL)].notna().all()
    moments = of(switched_on, MOMENTS, LONG).query("behaviour in @FROM_AROUSAL")
    assert set(moments["side"]) == {"customer"} and len(moments) == 10


def test_short_calls_say_that_they_are_too_short(switched_on: Path) -> None:
    heard = Store(switched_on / "store").read(ACTIVITY).query("source == 'recording'")
    others = heard[heard["call_id"] != LONG]
    assert set(others["no_arousal"]) == {"fewer than 10 turns with enough voice"}
    assert heard.loc[heard["call_id"] == LONG, "no_arousal"].isna().all()


def test_switching_needs_no_recording_and_off_leaves_nothing(on: Path) -> None:
    store = Store(on / "store")
    before = {table.name: store.read(table).to_csv() for table in (ACTIVITY, TURNS)}
    switch(on, ON, OFF)
    tally = tell(on)
    assert (tally.heard, tally.retimed) == (0, SMALL.recorded + 1)
    assert_no_arousal(on)
    assert tell(on).tables_written == []
    switch(on, OFF, ON)
    tally = tell(on)
    assert (tally.heard, tally.retimed) == (0, SMALL.recorded + 1)
    assert before == {table.name: store.read(table).to_csv() for table in (ACTIVITY, TURNS)}


def test_off_reaches_calls_of_whose_sound_nothing_is_left(on: Path) -> None:
    shutil.rmtree(Store(on / "store").path(TRACKS))
    switch(on, ON, OFF)
    tally = tell(on)
    assert (tally.heard, tally.retimed) == (0, 0)
    assert_no_arousal(on)
    kept = of(on, TURNS, LONG)
    assert kept["level_dbfs"].notna().any() and kept["text"].str.len().sum() > 0
    assert tell(on).tables_written == []
