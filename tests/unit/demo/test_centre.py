import hashlib
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from flows.demo import Centre, CentreOptions, make_centre
from flows.demo.truth import BEHAVIOURS

OPTIONS = CentreOptions(calls=60, recorded=2, workers=1)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    return make_centre(tmp_path_factory.mktemp("centre"), OPTIONS)


def test_the_same_options_give_the_same_bytes_whatever_the_workers(
    centre: Centre, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    make_centre(
        tmp_path,
        CentreOptions(calls=60, recorded=2, workers=2),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert digests(tmp_path) == digests(centre.folder)
    assert steps == [(1, 2), (2, 2)]


def test_another_seed_gives_other_calls(centre: Centre, tmp_path: Path) -> None:
    other = make_centre(tmp_path, CentreOptions(seed=2, calls=60, recorded=0, workers=1))
    assert other.call_log.read_bytes() != centre.call_log.read_bytes()


def test_the_latest_calls_are_recorded_and_the_others_written(centre: Centre) -> None:
    log = pd.read_csv(centre.call_log)
    recorded = sorted(path.stem for path in centre.recordings.glob("*.wav"))
    assert recorded == list(log["call_id"])[-2:]
    lines = [
        json.loads(line)
        for path in sorted(centre.transcripts.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert sorted(line["call_id"] for line in lines) == list(log["call_id"])[:-2]


def test_every_transcript_lies_in_the_file_of_its_day(centre: Centre) -> None:
    days = pd.read_csv(centre.call_log).set_index("call_id")["started_at"].str[:10]
    for path in centre.transcripts.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert days[json.loads(line)["call_id"]] == path.stem


def test_the_log_and_the_transcripts_agree(centre: Centre) -> None:
    log = pd.read_csv(centre.call_log).set_index("call_id")
    true = pq.read_table(centre.truth / "calls.parquet").to_pandas().set_index("call_id")
    for path in centre.transcripts.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            call = json.loads(line)
            assert call["duration_s"] == log.loc[call["call_id"], "duration_s"]
            held = sum(end - start for start, end in call["hold"])
            assert held == pytest.approx(true.loc[call["call_id"], "hold_time_s"], abs=0.02)
            starts = [turn["start_s"] for turn in call["turns"]]
            assert starts == sorted(starts)
            for turn in call["turns"]:
                assert turn["text"].split() == [word for word, _, _ in turn["words"]]
                assert turn["words"][0][1] == turn["start_s"]
                assert turn["words"][-1][2] == turn["end_s"]


def test_truth_has_every_behaviour_of_every_call_and_segment(centre: Centre) -> None:
    calls = pq.read_table(centre.truth / "calls.parquet").to_pandas()
    assert len(calls) == 60
    assert set(BEHAVIOURS) <= set(calls.columns)
    assert calls["recorded"].sum() == 2
    said = json.loads((centre.truth / "truth.json").read_text(encoding="utf-8"))
    assert len(said["effects"]) == 4 * len(BEHAVIOURS)
    assert {row["behaviour"] for row in said["effects"] if row["planted"]} == {
        "resolution_clarity", "first_call_resolution", "dead_air_s", "agent_sentiment",
        "handle_time_s",
    }  # fmt: skip
    assert all(row["effect_points"] == 0 for row in said["effects"] if not row["planted"])


def test_the_call_log_has_the_columns_that_were_agreed(centre: Centre) -> None:
    assert list(pd.read_csv(centre.call_log)) == [
        "call_id", "started_at", "duration_s", "agent_id", "customer_id", "channel", "queue",
        "reason", "segment", "region", "wait_s", "after_call_work_s", "transfers",
        "first_level", "language",
    ]  # fmt: skip


def test_some_agents_change_team(centre: Centre) -> None:
    workforce = pd.read_csv(centre.workforce)
    assert workforce["agent_id"].nunique() >= 40
    assert workforce["team"].nunique() >= 5
    moved = workforce.groupby("agent_id")["team"].nunique()
    assert (moved == 2).sum() == 5
