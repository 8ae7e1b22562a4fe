"""Examples: words and sounds lie where the voice says them; what is for scoring stays apart."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from models.speech.cast import (
    KEPT_VOICES,
    MAIN_VOICES,
    SCORING_VARIANTS,
    SCORING_VOICES,
    VARIANTS,
    is_for_training,
    training_voice,
)
from models.speech.examples import LABEL_S, PHONEMES, SILENCE, Utterance, heard, utterances
from models.speech.shards import make_scoring_shard, read_shard
from models.speech.spectrum import log_power, normalised, power_of
from models.speech.variants import COUNT, invented_names, make_voices, variant
from models.speech.voices import Delivery, speaker

TEXT = "Well, my number is forty two, thank you."


@pytest.fixture(scope="module")
def utterance() -> Utterance:
    with speaker() as loaded:
        return heard(loaded.say(TEXT, Delivery("en-us+f2")), voice="en-us+f2", talk=0)


def test_every_word_of_the_text_has_a_time_and_they_follow_one_another(
    utterance: Utterance,
) -> None:
    assert [word.text for word in utterance.words] == TEXT.split()
    edges = [edge for word in utterance.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert edges[0] == 0
    assert edges[-1] == pytest.approx(utterance.seconds, abs=0.03)


def test_words_are_spoken_and_pauses_are_not(utterance: Utterance) -> None:
    labels = utterance.labels
    for word in utterance.words:
        inside = labels[round(word.start_s / LABEL_S) + 1 : round(word.end_s / LABEL_S) - 1]
        assert np.mean(inside != SILENCE) > 0.8
    comma = slice(
        round(utterance.words[0].end_s / LABEL_S) + 2,
        round(utterance.words[1].start_s / LABEL_S) - 2,
    )
    assert set(labels[comma]) == {SILENCE}


def test_the_sounds_of_a_word_are_its_own(utterance: Utterance) -> None:
    two = utterance.words[5]
    assert two.text == "two,"
    inside = utterance.labels[round(two.start_s / LABEL_S) : round(two.end_s / LABEL_S)]
    assert [PHONEMES[label] for label in dict.fromkeys(inside)][:2] == ["t", "u:"]


def test_two_labels_for_every_four_frames(utterance: Utterance) -> None:
    assert utterance.mel.shape == (2 * len(utterance.labels), 80)


def test_power_comes_back_from_the_spectrum() -> None:
    noise = np.random.default_rng(1).standard_normal(32_000).astype(np.float32) * 0.1
    frames = log_power(noise)
    assert 10 * np.log10(power_of(frames).mean()) == pytest.approx(-20, abs=0.5)


def test_features_are_those_of_faster_whisper() -> None:
    from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415 - slow to import

    sound = np.random.default_rng(2).standard_normal(16_000).astype(np.float32) * 0.05
    theirs = FeatureExtractor()(sound, padding=0).T
    ours = normalised(log_power(sound))
    assert np.abs(ours[2:-2] - theirs[2 : len(ours) - 2]).max() < 1e-4


def test_no_voice_to_score_by_is_ever_trained_on() -> None:
    rng = np.random.default_rng(3)
    drawn = {training_voice(rng) for _ in range(4000)}
    assert drawn.isdisjoint(SCORING_VOICES) and drawn.isdisjoint(KEPT_VOICES)
    assert not {voice for voice in drawn if voice.partition("+")[2] in SCORING_VARIANTS}
    assert set(MAIN_VOICES) <= drawn
    assert len(drawn) > 500


def test_lists_of_voices_do_not_overlap() -> None:
    assert set(VARIANTS).isdisjoint(SCORING_VARIANTS)
    assert all(is_for_training(voice) for voice in MAIN_VOICES)


class Half:
    """A language that tells which kind of text was asked for."""

    def sentence(self, rng: np.random.Generator, *, scoring: bool = False) -> str:
        """A number below ten, or a larger one."""
        return f"{rng.integers(1, 10)}." if scoring else f"{rng.integers(20, 30)}."

    def words(self, rng: np.random.Generator, count: int) -> str:
        """One word."""
        return "Salad."


def texts(several: Iterable[Utterance]) -> set[str]:
    return {word.text for one in several for word in one.words}


def test_sentences_to_score_by_come_from_their_own_templates(tmp_path: Path) -> None:
    shard = read_shard(make_scoring_shard(tmp_path, "unheard", Half()))
    assert all(len(text) == 2 for text in texts(shard))
    assert {one.voice for one in shard} <= set(SCORING_VOICES)
    with speaker() as loaded:
        rng = np.random.default_rng(0)
        trained = list(islice(utterances(rng, loaded, Half(), iter(["en-us"] * 3)), 12))
    assert "Salad." in texts(trained)
    assert all(len(text) > 2 for text in texts(trained))


def test_a_shard_can_be_made_again(tmp_path: Path) -> None:
    shards = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        shards.append(read_shard(make_scoring_shard(tmp_path / name, "main", Half())))
    for one, other in zip(*shards, strict=True):
        assert (one.voice, one.words) == (other.voice, other.words)
        assert np.array_equal(one.mel, other.mel)
        assert np.array_equal(one.labels, other.labels)


def test_invented_voices_are_voices(tmp_path: Path) -> None:
    data = make_voices(tmp_path)
    texts = {variant(np.random.default_rng(number), "x") for number in range(20)}
    assert len(texts) == 20
    assert make_voices(tmp_path) == data
    with speaker(data) as loaded:
        spoken = [
            loaded.say("Hello there.", Delivery(f"en-us+{name}"))
            for name in (invented_names()[0], invented_names()[COUNT - 1], "m1")
        ]
    lengths = [float(np.sqrt(np.mean(one.samples**2))) for one in spoken]
    assert min(lengths) > 0.01
    assert len(set(lengths)) == 3
