"""The real engine on spoken sentences: order, batches, memory, loops, and what words it gives."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from faster_whisper import WhisperModel
from scipy.signal import resample_poly

from flows.demonstration import MODEL
from models.speech.voices import Delivery, speaker
from pipeline.speech import decoding
from pipeline.speech.decoding import Decoder, Hypothesis
from pipeline.speech.engine import recognise
from pipeline.speech.model import SpeechModel, SpeechOptions, load
from pipeline.speech.windows import Samples, Window, pack

RATE = 16_000
SENTENCES = (
    "Thank you for calling Northwind, my name is Sarah.",
    "My router is not working.",
    "I am sorry to hear that.",
    "I am not sure.",
    "Can I take your account number please?",
    "The total amount is forty two dollars.",
)
OPTIONS = SpeechOptions(model=str(MODEL), device="cpu", compute_type="int8", fitted_windows=True)


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return load(OPTIONS)


@pytest.fixture(scope="module")
def sounds() -> list[Samples]:
    with speaker() as voices:
        spoken = [voices.say(text, Delivery("en-us")) for text in SENTENCES]
    edge = np.zeros(RATE // 5, np.float32)
    return [
        np.concatenate(
            [edge, resample_poly(one.samples, 320, one.rate_hz // 50).astype(np.float32), edge]
        )
        for one in spoken
    ]


def texts(heard: Sequence[Hypothesis]) -> list[str]:
    return [" ".join(word.text for word in one.words) for one in heard]


def decode(
    model: SpeechModel, sounds: Sequence[Samples], options: SpeechOptions = OPTIONS
) -> list[Hypothesis]:
    return Decoder(model, options, "en").decode(sounds)


def test_sentences_are_heard_in_the_order_in_which_they_came(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    assert texts(decode(model, sounds)) == list(SENTENCES)


@pytest.mark.parametrize("batch_windows", [1, 2, 16])
def test_no_words_depend_on_what_else_is_heard(
    model: SpeechModel, sounds: list[Samples], batch_windows: int
) -> None:
    alone = [decode(model, [sound])[0].words for sound in sounds]
    options = replace(OPTIONS, batch_windows=batch_windows)
    together = decode(model, list(reversed(sounds)), options)
    for one, other in zip(alone, reversed(together), strict=True):
        assert one == other.words


def test_no_words_depend_on_the_batch_in_full_windows_either(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    options = replace(OPTIONS, fitted_windows=False)
    alone = [decode(model, [sound], options)[0].words for sound in sounds]
    assert [one.words for one in decode(model, sounds, options)] == alone


def test_full_windows_give_the_same_words(model: SpeechModel, sounds: list[Samples]) -> None:
    full = decode(model, sounds, replace(OPTIONS, fitted_windows=False))
    assert texts(full) == list(SENTENCES)


def test_words_have_times_in_order_and_probabilities(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    for one, sound in zip(decode(model, sounds), sounds, strict=True):
        starts = [word.start_s for word in one.words]
        assert starts == sorted(starts)
        assert all(0 <= w.start_s <= w.end_s <= len(sound) / RATE + 0.02 for w in one.words)
        assert all(0 < w.probability <= 1 for w in one.words)
        assert one.log_probability < 0
        assert 0 <= one.no_speech <= 1
        assert not one.looped


def test_prompts_and_hotwords_are_told_to_the_model(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    told = replace(OPTIONS, hotwords="Northwind", initial_prompt="A call about a router.")
    assert texts(decode(model, sounds[:1], told)) != []
    one, other = (Decoder(model, options, "en")._prompt for options in (OPTIONS, told))
    assert len(other) > len(one)
    assert other[-len(one) :] == one


def test_a_long_vocabulary_leaves_room_for_what_is_said(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    told = replace(OPTIONS, hotwords="router " * 999, initial_prompt="Thank you. " * 999)
    decoder = Decoder(model, told, "en")
    assert len(decoder._prompt) <= model.whisper.max_length // 2 + 4
    assert len(decoder.decode(sounds)) == len(sounds)


def test_nothing_to_hear_is_nothing(model: SpeechModel) -> None:
    assert decode(model, []) == []


@pytest.mark.parametrize("samples", [0, 1, 160, 1000])
def test_a_sound_too_short_for_a_word_takes_none_along(
    model: SpeechModel, sounds: list[Samples], samples: int
) -> None:
    found = decode(model, [np.zeros(samples, np.float32), *sounds])
    assert texts(found) == ["", *SENTENCES]


class _Small:
    """Fails for more than so many windows at once, as a full card does."""

    def __init__(self, whisper: WhisperModel, most: int, says: str) -> None:
        self._whisper, self._most, self._says = whisper, most, says

    def __getattr__(self, name: str) -> object:
        return getattr(self._whisper, name)

    def find_alignment(self, *arguments: Sequence[object]) -> object:
        if len(arguments[1]) > self._most:
            raise RuntimeError(self._says)
        return self._whisper.find_alignment(*arguments)


@pytest.mark.parametrize(
    "says",
    [
        "CUDA failed with error out of memory",
        "cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED",
        "mkl_malloc: failed to allocate memory",
        "std::bad_alloc",
    ],
)
def test_a_batch_that_memory_does_not_hold_is_halved(
    model: SpeechModel, sounds: list[Samples], says: str
) -> None:
    small = replace(model, whisper=_Small(model.whisper, 1, says))
    assert texts(decode(small, sounds)) == list(SENTENCES)


def test_one_window_too_many_for_memory_and_other_failures_are_told(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    none = replace(model, whisper=_Small(model.whisper, 0, "CUDA failed: out of memory"))
    with pytest.raises(RuntimeError, match="out of memory"):
        decode(none, sounds)
    broken = replace(model, whisper=_Small(model.whisper, 1, "unexpected shape"))
    with pytest.raises(RuntimeError, match="unexpected shape"):
        decode(broken, sounds)


class _Looping:
    """A recogniser that says its first token for ever, unless it is forbidden to."""

    def __init__(self, model: WhisperModel, mends: bool) -> None:
        self._model, self._mends = model, mends

    def __getattr__(self, name: str) -> object:
        return getattr(self._model, name)

    def generate(self, *arguments: object, **named: object) -> list[object]:
        results: list[object] = self._model.generate(*arguments, **named)
        if self._mends and "no_repeat_ngram_size" in named:
            return results
        return [_Looped(result) for result in results]


class _Looped:
    def __init__(self, result: WhisperModel) -> None:
        self.sequences_ids = [[result.sequences_ids[0][0]] * 60]
        self.scores, self.no_speech_prob = [-0.1], 0.0


def looping(model: SpeechModel, *, mends: bool) -> SpeechModel:
    class Whisper(_Small):
        model: object = None

    whisper = Whisper(model.whisper, 1000, "")
    whisper.model = _Looping(model.whisper.model, mends)
    return replace(model, whisper=whisper)


def test_what_repeats_itself_is_tried_again_without_repetitions(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    assert texts(decode(looping(model, mends=True), sounds)) == list(SENTENCES)


def test_what_repeats_itself_again_is_dropped_with_the_reason(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    windows = [window_of(sound) for sound in sounds]
    broken = looping(model, mends=False)
    heard = recognise(windows, sounds, broken, OPTIONS, language="en")
    assert [one.words for one in heard] == [()] * len(sounds)
    assert [one.dropped for one in heard] == [("repetition",)] * len(sounds)


def window_of(sound: Samples) -> Window:
    seconds = len(sound) / RATE
    (window,) = pack([(0.2, seconds - 0.2)], channel=0, duration_s=seconds)
    return window


def test_the_engine_places_words_inside_the_speech(
    model: SpeechModel, sounds: list[Samples]
) -> None:
    windows = [window_of(sound) for sound in sounds]
    heard = recognise(windows, sounds, model, OPTIONS, language="en")
    for window, one in zip(windows, heard, strict=True):
        ((start, end),) = [piece.speech for piece in window.pieces]
        assert one.words[0].start_s == pytest.approx(start, abs=0.001)
        assert one.words[-1].end_s == pytest.approx(end, abs=0.001)


@pytest.mark.parametrize(
    ("aligned", "spaced", "words"),
    [
        ([" Hello", ",", " you", "."], True, ["Hello,", "you."]),
        ([" well", "-", "known"], True, ["well-known"]),
        ([" “", "Yes", "”"], True, ["“Yes”"]),
        (["好", "的", "。"], False, ["好", "的。"]),
        ([], True, []),
        (["..."], True, []),
    ],
)
def test_marks_hang_on_words(aligned: list[str], spaced: bool, words: list[str]) -> None:
    given = [
        {"word": text, "start": i, "end": i + 1, "probability": 0.5}
        for i, text in enumerate(aligned)
    ]
    assert [word.text for word in decoding._words(given, spaced=spaced)] == words


def test_silence_has_no_words(model: SpeechModel) -> None:
    silence = np.zeros(RATE, np.float32)
    heard = recognise([window_of(silence)], [silence], model, OPTIONS, language="en")
    assert heard[0].words == ()
