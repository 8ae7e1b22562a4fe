"""What a run makes of recordings of every kind, and what it can tell anew without them."""

import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from flows import configuration
from flows.demo.recording import RATE_HZ, write_wav
from flows.run import run
from pipeline.audio.decode import Recording, whole
from pipeline.behaviours import behaviours_table
from pipeline.errors import ConfigurationError
from pipeline.store import Store
from pipeline.tables import ACTIVITY, CALLS, QUARANTINE, TRACKS, TURNS
from tests.flow.conftest import LATER, SMALL, run_plain

KINDS = ("swapped", "mono", "twice", "dead", "three")


def samples_of(path: Path) -> npt.NDArray[np.float32]:
    """(samples, channels)."""
    return whole(Recording((path,)), rate=RATE_HZ).samples.T.copy()


@pytest.fixture(scope="module")
def kinds(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The centre with one of its calls saved in every way a recorder may choose, and run."""
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("kinds") / "centre"))
    source = sorted((folder / "recordings").glob("*.wav"))[0]
    sound = samples_of(source)
    both = sound.mean(axis=1)
    silence = np.zeros_like(both)
    for name, channels in {
        "swapped": (sound[:, 1], sound[:, 0]),
        "mono": (both,),
        "twice": (both, both),
        "dead": (both, silence),
        "three": (silence, sound[:, 0], sound[:, 1]),
    }.items():
        write_wav(folder / "recordings" / f"{name}.wav", np.stack(channels, axis=1))
    log = pd.read_csv(folder / "call_log.csv", dtype=str)
    row = log[log["call_id"] == source.stem]
    more = [row.assign(call_id=name) for name in KINDS]
    pd.concat([log, *more]).to_csv(folder / "call_log.csv", index=False)
    run_plain(folder, LATER)
    return folder


@pytest.fixture(scope="module")
def activity(kinds: Path) -> pd.DataFrame:
    return Store(kinds / "store").read(ACTIVITY).set_index("call_id")


def seconds(activity: pd.DataFrame, call_id: str, side: str) -> float:
    speech: Any = activity.loc[call_id, "speech"]
    return sum(float(one["end_s"] - one["start_s"]) for one in speech if one["side"] == side)


def original(kinds: Path) -> str:
    return sorted(p.stem for p in (kinds / "recordings").glob("*.wav") if p.stem not in KINDS)[0]


def test_swapped_channels_are_noticed_and_put_right(kinds: Path, activity: pd.DataFrame) -> None:
    assert activity.loc["swapped", "sides"] == "swapped"
    assert activity.loc[original(kinds), "sides"] == "as configured"
    for side in ("agent", "customer"):
        assert seconds(activity, "swapped", side) == pytest.approx(
            seconds(activity, original(kinds), side), abs=0.1
        )


def test_one_sound_is_mono_however_it_was_saved(kinds: Path, activity: pd.DataFrame) -> None:
    tracks = Store(kinds / "store").read(TRACKS).set_index("call_id")
    for name, because in (
        ("mono", "one channel"),
        ("twice", "same sound on both"),
        ("dead", "one channel dead"),
    ):
        assert activity.loc[name, "channels"] == 1
        assert tracks.loc[name, "mono_because"] == because
    measured = Store(kinds / "store").read(behaviours_table()).set_index("call_id")
    assert measured.loc[["mono", "twice", "dead"], "overtalk_s"].isna().all()
    assert measured.loc[["mono", "twice", "dead"], "dead_air_s"].notna().all()


def test_more_than_two_channels_are_refused_until_two_are_named(kinds: Path) -> None:
    refused = Store(kinds / "store").read(QUARANTINE)
    (why,) = refused.loc[refused["where"] == "three.wav", "why"]
    assert "3 channels" in why and "customer_channel" in why


def test_tracks_are_small_and_complete(kinds: Path) -> None:
    tracks = Store(kinds / "store").read(TRACKS)
    heard = Store(kinds / "store").read(ACTIVITY).query("source == 'recording'")
    assert tracks.groupby("call_id")["channel"].count().to_dict() == (
        heard.set_index("call_id")["channels"].to_dict()
    )
    frames = np.ceil(tracks["duration_s"] / 0.02)
    assert tracks["level_dbfs"].map(len).tolist() == frames.tolist()


def test_another_agent_channel_needs_no_recording(centre: Path, store: Store) -> None:
    """Sides, turns and behaviours change; nothing is decoded, for the recordings are gone."""
    before = store.read(ACTIVITY).set_index("call_id")
    heard = before.index[before["source"] == "recording"]
    shutil.rmtree(centre / "recordings")
    (centre / "recordings").mkdir()
    config = centre / "attune.toml"
    config.write_text(config.read_text().replace("agent_channel = 0", "agent_channel = 1"))
    tally = run_plain(centre, LATER)
    assert (tally.heard, tally.retimed) == (0, len(heard))
    after = store.read(ACTIVITY).set_index("call_id")
    # The words still say who the agent is.
    assert set(after.loc[heard, "sides"]) == {"swapped"}
    assert after.loc[heard, "speech"].map(list).tolist() == (
        before.loc[heard, "speech"].map(list).tolist()
    )
    assert run_plain(centre, LATER).tables_written == []


def test_retimed_calls_are_as_heard_ones(centre: Path, store: Store) -> None:
    """From stored tracks and words come the same rows as from the recording."""
    before = {table.name: store.read(table).to_csv() for table in (ACTIVITY, TURNS)}
    calls = store.read(CALLS)
    recorded = calls[calls["source"] == "recording"]
    keys = list(zip(recorded["call_id"], recorded["call_date"], strict=True))
    store.replace_calls(CALLS, recorded.assign(timed="another definition"), keys)
    assert run_plain(centre, LATER).retimed == len(recorded)
    for table in (ACTIVITY, TURNS):
        assert store.read(table).to_csv() == before[table.name], table.name


def test_a_retime_killed_between_two_tables_is_done_again(centre: Path, store: Store) -> None:
    """ACTIVITY may be new and TURNS old: each side's words must not go to the other."""
    before = store.read(TURNS).to_csv()
    activity = store.read(ACTIVITY)
    heard = activity[activity["source"] == "recording"]
    keys = list(zip(heard["call_id"], heard["call_date"], strict=True))
    flipped = heard.assign(agent_channel=1 - heard["agent_channel"], sides="swapped")
    store.replace_calls(ACTIVITY, flipped, keys)
    calls = store.read(CALLS, call_ids=list(heard["call_id"]))
    store.replace_calls(CALLS, calls.assign(timed="killed"), keys)
    assert run_plain(centre, LATER).retimed == len(heard)
    assert store.read(TURNS).to_csv() == before
    assert store.read(ACTIVITY).to_csv() == activity.to_csv()


def test_calls_without_tracks_are_heard_again_or_stay(centre: Path, store: Store) -> None:
    """Tracks that somebody deleted cost a decoding, never a call."""
    turns = store.read(TURNS).to_csv()
    config = centre / "attune.toml"
    text = config.read_text()
    shutil.rmtree(centre / "store" / "tracks")
    config.write_text(text.replace("agent_channel = 0", "agent_channel = 1"))
    assert run_plain(centre, LATER).heard == SMALL.recorded
    shutil.rmtree(centre / "store" / "tracks")
    shutil.rmtree(centre / "recordings")
    (centre / "recordings").mkdir()
    config.write_text(text)
    tally = run_plain(centre, LATER)
    assert (tally.heard, tally.retimed, sum(tally.refused_of.values())) == (0, 0, 0)
    assert store.read(QUARANTINE).empty or not store.read(QUARANTINE)["what"].eq("recording").any()
    assert (
        store.read(TURNS)["text"].tolist()
        == pd.read_csv(StringIO(turns))["text"].fillna("").tolist()
    )


def test_a_recording_that_goes_before_it_was_heard_is_refused(centre: Path, store: Store) -> None:
    shutil.rmtree(centre / "store")
    settings = configuration.load(centre / "attune.toml")
    run(settings, now=LATER, say=lambda _: None, stages=("ingest",), under_prefect=False)
    gone = sorted((centre / "recordings").glob("*.wav"))[0]
    listed = store.read(CALLS).set_index("call_id")
    assert listed.loc[gone.stem, "source"] == "recording"
    gone.unlink()
    run_plain(centre, LATER)
    refused = store.read(QUARANTINE)
    assert refused["where"].str.contains(gone.stem).any()


def test_a_measure_killed_before_its_last_table_is_done_again(centre: Path, store: Store) -> None:
    before = store.read(CALLS).to_csv()
    calls = store.read(CALLS).head(3)
    keys = list(zip(calls["call_id"], calls["call_date"], strict=True))
    store.replace_calls(CALLS, calls.assign(eligible=None), keys)
    assert run_plain(centre, LATER).measured == 3
    assert store.read(CALLS).to_csv() == before
    assert run_plain(centre, LATER).measured == 0


def test_rows_from_before_the_language_was_kept_mean_the_same(centre: Path, store: Store) -> None:
    calls, rows = store.read(CALLS), store.read(ACTIVITY)
    assert set(rows["language"]) == {"en"}
    before = store.read(behaviours_table()).drop(columns="version").to_csv()
    keys = list(zip(calls["call_id"], calls["call_date"], strict=True))
    store.replace_calls(ACTIVITY, rows.assign(language=None), keys)
    store.replace_calls(CALLS, calls.assign(eligible=None, timed="another"), keys)
    tally = run_plain(centre, LATER)
    assert (tally.measured, tally.heard) == (len(calls), 0)
    assert tally.retimed == (calls["source"] == "recording").sum()
    assert store.read(behaviours_table()).drop(columns="version").to_csv() == before


def test_channels_that_contradict_each_other_are_a_configuration_error(centre: Path) -> None:
    config = centre / "attune.toml"
    for line, why in (
        ("agent_channel = 0\ncustomer_channel = 0", "both 0"),
        ("agent_channel = 3", "customer_channel is missing"),
    ):
        config.write_text(config.read_text().replace("agent_channel = 0", line))
        with pytest.raises(ConfigurationError, match=why):
            run_plain(centre, LATER)
        config.write_text(config.read_text().replace(line, "agent_channel = 0"))


def test_two_named_channels_of_three_are_heard(centre: Path, store: Store) -> None:
    source = sorted((centre / "recordings").glob("*.wav"))[0]
    sound = samples_of(source)
    noise = np.zeros((len(sound), 1), np.float32)
    noise[RATE_HZ] = 0.5
    write_wav(source, np.concatenate([noise, sound], axis=1))
    config = centre / "attune.toml"
    config.write_text(
        config.read_text().replace("agent_channel = 0", "agent_channel = 1\ncustomer_channel = 2")
        + "\n[run]\nmax_refused_share = 1\n"  # the others have two channels
    )
    run_plain(centre, LATER)
    call = store.read(ACTIVITY).set_index("call_id").loc[source.stem]
    assert (call["channels"], call["sides"]) == (2, "as configured")
