"""Real vendors' files, where somebody has put them beside the checkout; skipped elsewhere."""

from pathlib import Path

import pytest

from pipeline.ingest.transcripts import read_transcript
from pipeline.spans import seconds
from pipeline.speech.transcript import Transcript

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not (DATA / "vendor_transcripts").is_dir(),
    reason="needs ../shared/data/vendor_transcripts, which is not part of the project",
)


def read(name: str) -> Transcript:
    return read_transcript((DATA / name).read_bytes(), "C1", "en")


def test_call_analytics_has_sides_words_and_confidences() -> None:
    transcript = read("vendor_transcripts/example-call.json")
    assert transcript.duration_s == pytest.approx(182.89)
    assert seconds(transcript.speech["agent"]) == pytest.approx(93, abs=1)
    assert seconds(transcript.speech["customer"]) == pytest.approx(52, abs=1)
    words = [word for turn in transcript.turns for word in turn.words]
    assert sum(word.is_redacted for word in words) == 13
    assert min(word.probability for word in words) < 0.5
    assert transcript.dropped == ()


def test_post_call_analytics_names_the_sides_wrongly_and_its_words_tell() -> None:
    """The file calls the one "Agent" who is greeted with the company's name."""
    transcript = read("vendor_transcripts/pca_testfile.json")
    assert transcript.facts.sides == "swapped"
    assert transcript.turns[1].side == "agent"
    assert transcript.turns[1].text.startswith("Thank you for calling")


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("dg_speakers.json", 226, ("3 speakers: the sides are not known",)),
        ("assemblyai_utterances.json", 60, ()),
        ("whisper_timestamped.json", 59, ()),
    ],
)
def test_one_speaker_or_three_have_no_sides_but_all_their_words(
    name: str, words: int, why: tuple[str, ...]
) -> None:
    transcript = read(f"vendor_transcripts/{name}")
    assert set(transcript.speech) == {"unknown"}
    assert sum(len(turn.words) for turn in transcript.turns) == pytest.approx(words, abs=2)
    assert transcript.facts.timing_confidence is None
    assert transcript.dropped == why


def test_harper_valleys_answers_come_after_their_questions() -> None:
    """By `start_ms` the agent would answer two seconds early, into the caller's speech."""
    files = sorted((DATA / "calls_harper_valley" / "transcript").glob("*.json"))
    for file in files:
        transcript = read(file.relative_to(DATA).as_posix())
        assert transcript.turns[0].side == "agent" and "harper valley" in transcript.turns[0].text
        both = [turn for turn in transcript.turns if turn.backchannel]
        assert len(both) <= 2
        assert transcript.facts.timing_confidence == 0
        assert not any("noise" in turn.text or "unk" in turn.text for turn in transcript.turns)
