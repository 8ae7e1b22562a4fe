"""Which language a call is in: told by several windows, the longer ones more."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from faster_whisper import WhisperModel

from flows.demonstration import SPEECH
from pipeline.speech.languages import heard_language
from pipeline.speech.model import SpeechModel, load
from pipeline.speech.windows import Samples

Opinion = list[tuple[str, float]]


@dataclass
class Polyglot:
    """A multilingual model that holds given opinions of the windows in turn."""

    whisper: WhisperModel
    opinions: list[Opinion]

    @property
    def model(self) -> object:
        return SimpleNamespace(is_multilingual=True, detect_language=lambda _: self.opinions)

    @property
    def feature_extractor(self) -> object:
        return self.whisper.feature_extractor

    def encode(self, features: Samples) -> Samples:
        assert len(features) == len(self.opinions)
        return features


@pytest.fixture(scope="module")
def english() -> SpeechModel:
    return load(SPEECH)


def sounds(*seconds: float) -> list[Samples]:
    return [np.zeros(round(16_000 * s), np.float32) for s in seconds]


def heard(
    english: SpeechModel, lengths: tuple[float, ...], *opinions: Opinion
) -> tuple[str, float | None]:
    polyglot = SpeechModel(Polyglot(english.whisper, list(opinions)), "r")
    return heard_language(sounds(*lengths), polyglot)


def test_the_likeliest_language_over_all_windows_is_taken(english: SpeechModel) -> None:
    greeting: Opinion = [("<|en|>", 0.9), ("<|de|>", 0.1)]
    rest: Opinion = [("<|de|>", 0.8), ("<|en|>", 0.1), ("<|nl|>", 0.1)]
    language, confidence = heard(english, (2.0, 2.0, 2.0), greeting, rest, rest)
    assert language == "de"
    assert confidence == pytest.approx((0.1 + 0.8 + 0.8) / 3)


def test_windows_count_by_their_length(english: SpeechModel) -> None:
    short: Opinion = [("<|en|>", 1.0)]
    long: Opinion = [("<|cy|>", 0.6), ("<|en|>", 0.4)]
    assert heard(english, (9.0, 1.0), long, short)[0] == "cy"
    assert heard(english, (1.0, 9.0), long, short)[0] == "en"


def test_a_model_of_one_language_takes_all_for_that_and_cannot_tell_how_surely(
    english: SpeechModel,
) -> None:
    assert heard_language(sounds(1.0), english) == ("en", None)


def test_without_speech_there_is_nothing_to_tell(english: SpeechModel) -> None:
    with pytest.raises(ValueError, match="no speech"):
        heard_language([], english)
