"""Real two-party calls, where somebody has put them beside the checkout; skipped elsewhere."""

from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.audio.activity import Activity, voice_activity
from pipeline.audio.decode import Recording, blocks
from pipeline.audio.quality import Quality, quality
from pipeline.audio.spectrum import RATE
from pipeline.audio.tracks import tracked

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
CALLS = DATA / "calls_aws"

pytestmark = pytest.mark.skipif(
    not CALLS.is_dir(), reason="needs ../shared/data/calls_aws, which is not part of the project"
)


def silences(activity: Activity) -> list[tuple[float, float]]:
    """Start and end of the silences between the first speech and the last."""
    union: list[tuple[float, float]] = []
    for start, end in sorted(span for side in activity.speech for span in side):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return [(before[1], after[0]) for before, after in pairwise(union)]


def heard(*files: Path) -> tuple[Activity, Quality]:
    made = tracked(blocks(Recording(files), rate=RATE))
    activity = voice_activity(made.channels, made.duration_s)
    return activity, quality(made.channels, activity)


def pair() -> tuple[Activity, Quality]:
    return heard(CALLS / "Auto_Repairs_40_UTC_agent.wav", CALLS / "Auto_Repairs_40_UTC_caller.wav")


def test_a_call_in_two_files_has_one_silence_of_4_s_and_no_dead_air() -> None:
    found, line = pair()
    longest = max(silences(found), key=lambda span: span[1] - span[0])
    assert found.duration_s == pytest.approx(245.38, abs=0.01)
    assert longest == pytest.approx((83.4, 87.4), abs=0.2)
    assert sum(b - a >= 3 for a, b in silences(found)) == 1
    assert [sum(b - a for a, b in side) for side in found.speech] == pytest.approx([90, 90], abs=5)
    assert not line.poor


def test_a_call_in_two_files_has_almost_no_overlap() -> None:
    agent, caller = pair()[0].speech
    overlap_s = sum(max(0.0, min(b, d) - max(a, c)) for a, b in agent for c, d in caller)
    assert overlap_s < 1.0


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("Auto0_GUID_000_AGENT_ChrisL_DT_2025-02-19T06-01-22_Mono.wav", 277.66),
        ("google_commercial_mono.wav", 45.3),
    ],
)
def test_mono_calls_have_plausible_speech_on_a_good_line(name: str, seconds: float) -> None:
    found, line = heard(CALLS / name)
    assert found.duration_s == pytest.approx(seconds, abs=0.01)
    assert len(found.speech) == 1
    assert 0.35 < sum(b - a for a, b in found.speech[0]) / seconds < 0.75
    snr_db = line.snr_db[0]
    assert snr_db is not None and snr_db > 20
    assert not line.poor


def test_meetings_are_recorded_in_a_room() -> None:
    files = sorted((DATA / "diarisation_ami").glob("*.flac"))
    assert len(files) == 4
    assert all(heard(file)[1].room for file in files)


def test_acted_clips_close_to_the_microphone_are_not() -> None:
    files = sorted((DATA / "emotion_ravdess").glob("*.flac"))[::12]
    assert len(files) == 30
    assert not any(heard(file)[1].room for file in files)
