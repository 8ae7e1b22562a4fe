"""Hold is found by its sound, where it is and for as long as it lasts; nothing else is."""

from collections.abc import Iterator

import numpy as np
import pytest

from pipeline.audio.hold_music import hold_ingredients, hold_music
from pipeline.audio.spectrum import HISTORY, RATE, Piece, Samples
from pipeline.audio.tracks import tracked
from pipeline.spans import Span, overlap, seconds
from tests.truth.hold_traps import TRAP_KINDS, trap_sound
from tests.truth.music import HOLD_KINDS, hold_sound
from tests.truth.voices import SCORING_VOICES, Manner, Studio, studio
from tests.unit.audio.synthetic import mu_law_round_trip

HOLD: Span = (20.0, 50.0)
ESPEAK = tuple(voice for voice in SCORING_VOICES if voice.kind == "espeak")


@pytest.fixture(scope="module")
def opened() -> Iterator[Studio]:
    pytest.importorskip("espeakng_loader")
    with studio(scoring=True) as speakers:
        yield speakers


@pytest.fixture(scope="module")
def talk(opened: Studio) -> Samples:
    """20 s of one voice with pauses, RMS about 0.1."""
    rng = np.random.default_rng(1)
    parts: list[Samples] = []
    while sum(part.size for part in parts) < 20 * RATE:
        parts.append(opened.sentence(ESPEAK[3], Manner(165, 50, 50), rng))
        parts.append(np.zeros(int(rng.uniform(0.2, 1.0) * RATE), np.float32))
    return np.concatenate(parts)[: 20 * RATE]


def recorded(sound: Samples, *, level_dbfs: float = -22.0, seed: int = 0) -> Samples:
    """(1, n): at a level, over noise at −58 dBFS, in mu-law; the sound has an RMS of 0.1."""
    noise = 10 ** (-58 / 20) * np.random.default_rng(seed).standard_normal(sound.size)
    heard = sound * 10 ** ((level_dbfs + 20) / 20) + noise
    return mu_law_round_trip(heard.astype(np.float32))[None]


def held_call(talk: Samples, kind: str, *, seed: int = 3) -> Samples:
    """Talk for 19 s, hold for 30 s from second 20, and talk again."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(70 * RATE, np.float32)
    sound[: 19 * RATE] = talk[: 19 * RATE]
    sound[20 * RATE : 50 * RATE] = hold_sound(kind, rng, 30.0, scoring=True)
    sound[51 * RATE : 70 * RATE] = talk[: 19 * RATE]
    return sound


def found(samples: Samples) -> tuple[Span, ...]:
    return hold_music(tracked([samples]).channels)[0]


@pytest.mark.parametrize("kind", sorted(set(HOLD_KINDS) - {"beeps"}))
def test_hold_of_any_kind_is_found(talk: Samples, kind: str) -> None:
    spans = found(recorded(held_call(talk, kind)))
    both = seconds(overlap(spans, (HOLD,)))
    assert both >= 0.75 * 30
    assert seconds(spans) - both <= 3.0


@pytest.mark.parametrize("kind", ["ring_uk", "ring_eu"])
def test_rings_10_db_over_the_noise_are_found(talk: Samples, kind: str) -> None:
    rng = np.random.default_rng(8)
    sound = held_call(talk, kind)
    hiss = 0.1 * 10 ** (-10 / 20) * rng.standard_normal(sound.size)
    spans = found(mu_law_round_trip((0.5 * (sound + hiss)).astype(np.float32))[None])
    both = seconds(overlap(spans, (HOLD,)))
    assert both >= 0.75 * 30
    assert seconds(spans) - both <= 4.0


def test_sentences_as_regular_as_a_ring_are_not_hold(opened: Studio) -> None:
    rng = np.random.default_rng(4)
    said = opened.sentence(ESPEAK[1], Manner(160, 50, 50), rng)[: 3 * RATE]
    once = np.pad(said, (0, 4 * RATE - said.size))
    assert found(recorded(np.tile(once, 15))) == ()


def test_beeps_every_few_seconds_are_hold(talk: Samples) -> None:
    sound = held_call(talk, "pad")
    sound[20 * RATE : 50 * RATE] = 0
    t = np.arange(int(0.3 * RATE)) / RATE
    for start_s in (20, 28, 36, 44):
        sound[start_s * RATE : start_s * RATE + t.size] = 0.14 * np.sin(2 * np.pi * 900 * t)
    (span,) = found(recorded(sound))
    assert span == pytest.approx((20.0, 51.0), abs=1.1)


@pytest.mark.parametrize("level_dbfs", [-45.0, -15.0])
def test_the_level_does_not_matter(talk: Samples, level_dbfs: float) -> None:
    spans = found(recorded(held_call(talk, "pop"), level_dbfs=level_dbfs))
    assert seconds(overlap(spans, (HOLD,))) >= 0.85 * 30


@pytest.mark.parametrize("kind", ["pop", "electronic", "ring_uk", "ring_eu"])
def test_edges_are_exact_and_leave_the_silence_before(talk: Samples, kind: str) -> None:
    sound = held_call(talk, kind)
    sound[: 20 * RATE] = np.concatenate((talk[: 10 * RATE], np.zeros(10 * RATE, np.float32)))
    sound[50 * RATE : 60 * RATE] = 0
    spans = found(recorded(sound))
    assert spans[0][0] == pytest.approx(20.0, abs=0.5)
    if kind in ("pop", "electronic"):  # a ring tone's last pause belongs to it, or does not
        assert spans[-1][1] == pytest.approx(50.0, abs=0.5)


@pytest.mark.parametrize("kind", TRAP_KINDS)
def test_what_lasts_or_repeats_is_not_yet_hold(opened: Studio, kind: str) -> None:
    rng = np.random.default_rng([11, TRAP_KINDS.index(kind)])
    sound = trap_sound(kind, rng, 30.0, studio=opened, voices=ESPEAK)
    assert found(recorded(sound)) == ()


def test_talk_is_not_hold(talk: Samples) -> None:
    assert found(recorded(talk)) == ()


def test_the_other_channels_music_is_its_own(talk: Samples) -> None:
    music = recorded(hold_sound("strings", np.random.default_rng(5), 20.0))
    spans = hold_music(tracked([np.concatenate((recorded(talk), music))]).channels)
    assert spans[0] == ()
    assert seconds(spans[1]) >= 15


def test_blocks_make_no_difference(talk: Samples) -> None:
    samples = recorded(held_call(talk, "song"))
    cuts = np.array_split(samples, 7, axis=1)
    assert hold_music(tracked(cuts).channels) == hold_music(tracked([samples]).channels)


@pytest.mark.parametrize("length_s", [0.001, 3.0, 7.9])
def test_a_call_shorter_than_a_hold_has_none(length_s: float) -> None:
    music = hold_sound("pop", np.random.default_rng(2), 8.0)[: max(1, int(length_s * RATE))]
    assert found(music[None]) == ()


def test_digital_silence_has_none() -> None:
    silence = np.zeros((2, 30 * RATE), np.float32)
    assert hold_music(tracked([silence]).channels) == ((), ())


def test_no_channel_has_none() -> None:
    assert hold_music(tracked([]).channels) == ()


def test_ingredients_of_silence_are_numbers() -> None:
    piece = Piece(np.zeros((HISTORY + 2, 129), np.float32), np.zeros(480, np.float32))
    ingredients = hold_ingredients(piece)
    assert all(np.isfinite(track).all() and track.shape == (2,) for track in ingredients.values())
