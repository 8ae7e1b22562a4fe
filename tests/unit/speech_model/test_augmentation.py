"""Windows and what lines do to them: shapes and words stay true, levels are as asked for."""

import numpy as np
import pytest

from models.speech.augmentation import Line, heard, sent, telephone_band
from models.speech.edits import Edits, edits, normal_words
from models.speech.examples import Utterance
from models.speech.sounds import drawn_sound
from models.speech.spectrum import FLOOR, MELS, log_power, power_of, white
from models.speech.voices import SpokenWord
from models.speech.windows import (
    LONGEST_S,
    Library,
    cut,
    draw_window,
    joined,
    lay_out,
    nothing,
    stretched,
)

SEEDS = pytest.mark.parametrize("seed", range(4))


def utterance(seconds: float = 2.0, talk: int = 0) -> Utterance:
    """Two words of noise."""
    rng = np.random.default_rng(int(seconds * 100))
    sound = rng.standard_normal(round(seconds * 16_000)).astype(np.float32) * 0.1
    mel = log_power(sound).astype(np.float16)
    half = seconds / 2
    words = (SpokenWord("one", 0.0, half), SpokenWord("two.", half, seconds))
    return Utterance("en-us", talk, words, mel, np.full(len(mel) // 2, 3, np.uint8))


@pytest.fixture(scope="module")
def library() -> Library:
    talks = [[utterance(0.6 + 0.4 * k, talk) for k in range(6)] for talk in range(3)]
    sounds = [log_power(np.sin(np.arange(160_000) / 5).astype(np.float32)).astype(np.float16)]
    return Library(talks, sounds)


def test_whatever_is_drawn_fits_the_recogniser(library: Library) -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        window = heard(rng, draw_window(rng, library))
        assert window.mel.shape == (2 * len(window.labels), MELS)
        assert window.mel.dtype == np.float32
        assert 0 < window.seconds <= LONGEST_S
        assert np.isfinite(window.mel).all()
        assert window.mel.max() - window.mel.min() <= 2.0 + 1e-5  # 80 dB, in Whisper's measure
        for words in window.sentences:
            assert words
            assert words[0].start_s >= 0
            assert words[-1].end_s <= window.seconds + 0.02


def test_words_stay_with_their_sound(library: Library) -> None:
    window = lay_out(np.random.default_rng(2), library.talks[0], wanted_s=8, longest_s=14.9)
    assert len(window.sentences) > 1
    for words in window.sentences:
        start, end = round(words[0].start_s * 100), round(words[-1].end_s * 100)
        assert (window.mel[start + 2 : end - 2].max(axis=1) > FLOOR).all()
        assert (window.labels[start // 2 + 1 : end // 2 - 1] == 3).all()
        assert (window.mel[max(start - 2, 0) : start - 1] == FLOOR).all()


@pytest.mark.parametrize("speed", [0.87, 1.0, 1.15])
def test_faster_speech_keeps_its_words_in_place(library: Library, speed: float) -> None:
    window = lay_out(np.random.default_rng(3), library.talks[0], wanted_s=5, longest_s=12)
    fast = stretched(window, speed)
    assert fast.seconds == pytest.approx(window.seconds / speed, abs=0.02)
    first = fast.sentences[0]
    assert (
        fast.labels[round(first[0].start_s * 50) + 1 : round(first[-1].end_s * 50) - 1] == 3
    ).all()


@SEEDS
def test_a_cut_keeps_the_words_that_are_mostly_inside(library: Library, seed: int) -> None:
    rng = np.random.default_rng(seed)
    window = lay_out(rng, library.talks[1], wanted_s=9, longest_s=14)
    part = cut(rng, window)
    assert 0.35 * window.seconds < part.seconds < 0.95 * window.seconds
    kept = [word for words in part.sentences for word in words]
    said = [word for words in window.sentences for word in words]
    assert 0 < len(kept) <= len(said)
    assert all(0 <= word.start_s < word.end_s <= part.seconds + 1e-6 for word in kept)


def test_nobody_speaks_in_nothing(library: Library) -> None:
    rng = np.random.default_rng(5)
    windows = [nothing(rng, library, seconds=3.0) for _ in range(20)]
    assert all(not one.sentences and not one.labels.any() for one in windows)
    assert {one.noise is None for one in windows} == {True, False}


def test_parts_one_after_another(library: Library) -> None:
    rng = np.random.default_rng(6)
    one = lay_out(rng, library.talks[0], wanted_s=1, longest_s=5)
    noise = next(
        w for w in (nothing(rng, library, seconds=1.0) for _ in range(20)) if w.noise is not None
    )
    both = joined(one, noise, one)
    assert both.seconds == pytest.approx(2 * one.seconds + noise.seconds)
    assert both.noise is not None
    assert both.noise.shape == both.mel.shape
    later = both.sentences[len(one.sentences)][0].start_s - one.sentences[0][0].start_s
    assert later == pytest.approx(one.seconds + noise.seconds)


def test_a_telephone_has_nothing_high_and_the_noise_it_was_given(library: Library) -> None:
    rng = np.random.default_rng(7)
    silence = np.full((400, MELS), FLOOR, np.float32)
    flat = np.zeros(MELS, np.float32)
    noise = white(1e-4) + flat
    wide = sent(rng, [silence], Line(0.0, flat, noise, flat, is_mu_law=False)) * 4 - 4
    assert 10 * np.log10(power_of(wide).mean()) == pytest.approx(-40, abs=0.7)
    narrow = sent(rng, [silence], Line(0.0, flat, noise, telephone_band(rng), is_mu_law=True))
    high, low = narrow[:, 70:].mean() * 4, narrow[:, 20:50].mean() * 4
    assert low - high > 6


def test_sounds_without_speech_are_of_many_kinds_and_the_same_each_time() -> None:
    sounds = [drawn_sound(number)[:80_000] for number in (0, 1, 2, 4, 6)]
    assert np.array_equal(drawn_sound(1)[:80_000], sounds[1])
    assert all(np.abs(one).max() > 0.02 for one in sounds)
    means = [log_power(one).mean(axis=0) for one in sounds]
    for number, one in enumerate(means):
        for other in means[:number]:
            assert np.abs(one - other).max() > 0.5


def test_the_fewest_edits() -> None:
    found = edits(["the", "card", "is", "not", "here"], ["card", "is", "now", "not", "here"])
    assert found == Edits(5, 2, ((1, 0), (2, 1), (3, 3), (4, 4)))
    assert edits([], ["a"]).count == 1
    assert Edits.rate_of([found, edits(["b"] * 5, ["b"] * 5)]) == 0.2


def test_words_are_compared_without_marks_and_capitals() -> None:
    assert normal_words("It's Twenty-one, OK?") == ["it's", "twenty", "one", "ok"]
