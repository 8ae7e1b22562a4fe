"""Two speakers on one channel: made-up voices, a plug-in's answers, and how errors are counted."""

import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.signal import lfilter

from pipeline.audio.activity import voice_activity
from pipeline.audio.cepstra import COEFFICIENTS, speech_cepstra
from pipeline.audio.decode import Recording, whole
from pipeline.audio.diarise import (
    Diarised,
    Segment,
    Told,
    diarise,
    from_plug_in,
    load_diariser,
)
from pipeline.audio.speakers import DiariseOptions, likeliest_path, two_speakers
from pipeline.audio.spectrum import RATE, Samples
from pipeline.audio.tracks import tracked
from pipeline.errors import ConfigurationError, ModelUnavailableError
from pipeline.spans import Span, merged, overlap, seconds
from tests.bench.diarisation import FAILURE, area, interval
from tests.truth.call import SCORING_SEEDS, Made, made_call, summed
from tests.truth.diarisation_score import score
from tests.truth.train_diarisation import Example, fitted
from tests.truth.voices import SCORING_VOICES
from tests.unit.audio.synthetic import Truth, call

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "calls_aws"
SPEECH: tuple[Span, ...] = ((1.0, 3.0), (4.0, 6.0), (7.0, 8.0))


VOWELS_HZ = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480),
             (570, 840, 2410), (660, 1720, 2410), (490, 1350, 1690))  # fmt: skip
"""Formants of American men: G. E. Peterson & H. L. Barney, J. Acoust. Soc. Am. 24, 1952."""


def voice(rng: np.random.Generator, side: int) -> Samples:
    """A phrase in vowels that both sides share; the second has a shorter vocal tract."""
    syllables = [_vowel(rng, side, int(rng.uniform(0.10, 0.25) * RATE))
                 for _ in range(rng.integers(3, 14))]  # fmt: skip
    phrase = np.concatenate(syllables)
    result: Samples = (phrase / np.sqrt(np.mean(phrase**2))).astype(np.float32)
    return result


def _vowel(rng: np.random.Generator, side: int, size: int) -> Samples:
    pitch = (110, 150)[side] * rng.uniform(0.85, 1.15)
    buzz = np.sign(np.sin(2 * np.pi * pitch * np.arange(size) / RATE))
    sound = np.zeros(size)
    for formant in VOWELS_HZ[rng.integers(len(VOWELS_HZ))]:
        pole = np.exp(-np.pi * 100 / RATE)
        angle = 2 * np.pi * formant * (1.0, 1.17)[side] / RATE
        source = buzz + 0.3 * rng.standard_normal(size)
        sound += lfilter([1 - pole], [1, -2 * pole * np.cos(angle), pole**2], source)
    result: Samples = (sound * np.hanning(size)).astype(np.float32)
    return result


@pytest.fixture(scope="module")
def made() -> Truth:
    return call(np.random.default_rng(4), seconds=120, voice=voice)


@pytest.fixture(scope="module")
def mono(made: Truth) -> Samples:
    total: Samples = made.samples.sum(axis=0)
    return total


def everyone(truth: Truth) -> tuple[Span, ...]:
    return merged([*truth.speech[0], *truth.speech[1]])


def test_two_voices_are_told_apart_and_known_to_be(made: Truth, mono: Samples) -> None:
    found = diarise([mono], everyone(made))
    assert score(found, made.speech).confusion < 0.02
    assert found.confidence > 0.8


def test_the_segments_are_the_speech_cut_up(made: Truth, mono: Samples) -> None:
    found = diarise([mono], everyone(made)).segments
    spans = [(one.start_s, one.end_s) for one in found]
    assert all(start < end for start, end in spans)
    assert merged(spans, 1e-3) == pytest.approx(np.array(merged(everyone(made), 1e-3)), abs=1e-3)
    assert seconds(spans) == pytest.approx(seconds(everyone(made)), abs=0.01 * len(spans))
    assert found[0].speaker == 0, "whoever speaks first"
    assert {one.speaker for one in found} == {0, 1}


def test_blocks_of_any_length_give_the_same(made: Truth, mono: Samples) -> None:
    whole_call = diarise([mono], everyone(made))
    parts = np.split(mono, [7, 4_000, 4_001, 333_333])
    assert diarise(parts, everyone(made)) == whole_call == diarise([mono], everyone(made))


def test_one_voice_alone_gets_little_confidence() -> None:
    """No single call is promised: of 32 such voices two had more than a half."""
    several = [call(np.random.default_rng(seed), seconds=120, voice=voice) for seed in range(4, 8)]
    confidence = [
        diarise([one.samples[side]], one.speech[side]).confidence
        for one in several
        for side in (0, 1)
    ]
    assert sum(sure >= 0.5 for sure in confidence) <= 1, "from where on roles are given"
    assert np.median(confidence) < 0.25


def test_a_segment_is_never_surer_than_the_call(made: Truth) -> None:
    found = diarise([made.samples[0]], made.speech[0])
    assert all(0 <= one.confidence <= found.confidence for one in found.segments)


@pytest.mark.parametrize(
    ("samples", "speech"),
    [
        (np.zeros(0, np.float32), ()),
        (np.ones(1, np.float32), ((0.0, 0.1),)),
        (np.zeros(20 * RATE, np.float32), ((1.0, 9.0), (10.0, 19.0))),
        (np.zeros(RATE, np.float32), ((0.2, 0.9), (5.0, 60.0))),
        (np.ones(20 * RATE, np.float32), tuple((float(s), s + 0.5) for s in range(20))),
    ],
    ids=["nothing", "one sample", "digital silence", "speech beyond the end", "a constant"],
)
def test_where_nobody_can_be_told_apart_all_is_one_speaker(
    samples: Samples, speech: Sequence[Span]
) -> None:
    found = diarise([samples], speech)
    assert found.segments == tuple(Segment(start, end, 0, 0.0) for start, end in speech)
    assert found.confidence == 0


def test_cepstra_are_of_the_speech_only(mono: Samples) -> None:
    cepstra = speech_cepstra([mono], [(1.0, 2.0), (5.0, 5.01), (500.0, 501.0)])
    assert cepstra.values.shape == (51, COEFFICIENTS)
    assert cepstra.frames.tolist() == [*range(50, 100), 250]
    assert cepstra.pauses_s[50] == pytest.approx(3.0)


def test_cepstra_do_not_know_how_loud_it_is(mono: Samples) -> None:
    loud, soft = (speech_cepstra([mono * gain], [(2.0, 4.0)]) for gain in (1.0, 0.1))
    spoken = loud.level_db > loud.level_db.max() - 20
    change = np.abs(loud.values.astype(float) - soft.values.astype(float))[spoken]
    assert change.max() < 0.1
    assert float(np.median(loud.level_db - soft.level_db)) == pytest.approx(20, abs=0.1)


def test_of_a_long_call_only_every_third_frame_is_kept(made: Truth, mono: Samples) -> None:
    every = speech_cepstra([mono], everyone(made))
    count = len(every.frames)
    some = speech_cepstra([mono], everyone(made), most_frames=count // 2 - 1)
    assert some.every == 3
    assert some.frames.tolist() == every.frames[::3].tolist()
    assert np.allclose(some.values, every.values[::3], atol=0.01)
    assert some.pitch.tolist() == every.pitch[::3].tolist()
    assert some.pauses_s.sum() == pytest.approx(every.pauses_s[: 3 * len(some.frames) - 2].sum())


def test_two_voices_are_told_apart_by_every_third_frame(made: Truth, mono: Samples) -> None:
    spans = everyone(made)
    every = speech_cepstra([mono], spans)
    some = speech_cepstra([mono], spans, most_frames=len(every.frames) // 2 - 1)
    found, least = two_speakers(every), two_speakers(some)
    assert found is not None
    assert least is not None
    assert np.mean(found.labels[::3] == least.labels) > 0.98


def test_the_path_is_the_best_of_all_paths() -> None:
    rng = np.random.default_rng(1)
    options = DiariseOptions(switch_cost=3.0)
    for _ in range(30):
        margin = rng.normal(0, 2, 9).astype(np.float32)
        pause = rng.random(9) < 0.3
        cost = np.where(pause, 3.0 * options.pause_factor, 3.0)
        paths = (np.arange(2**9)[:, None] >> np.arange(9)) & 1
        changes = np.abs(np.diff(paths, axis=1)) @ cost[1:]
        best = paths[np.argmax(paths @ margin - changes)]
        assert likeliest_path(margin, pause, options).tolist() == best.tolist()


def test_a_plug_in_shares_out_our_speech() -> None:
    told: list[Told] = [(0.9, 2.0, "B"), (2.0, 3.1, "A"), (4.0, 6.0, "A"), (7.0, 8.0, "B")]
    assert from_plug_in(told, SPEECH, duration_s=8.0) == Diarised(
        (
            Segment(1.0, 2.0, 0, 1.0),
            Segment(2.0, 3.0, 1, 1.0),
            Segment(4.0, 6.0, 1, 1.0),
            Segment(7.0, 8.0, 0, 1.0),
        ),
        1.0,
    )


def test_of_many_speakers_the_two_with_most_speech_stay_and_take_the_rest() -> None:
    told: list[Told] = [(7.0, 8.0, "C"), (4.0, 6.0, "A"), (1.0, 3.0, "B")]
    found = from_plug_in(told, SPEECH, duration_s=8.0)
    assert [one.speaker for one in found.segments] == [0, 1, 1]
    assert found.confidence == pytest.approx(0.8)
    assert found.segments[2].confidence == 0


def test_where_a_plug_in_hears_both_it_is_who_began() -> None:
    told: list[Told] = [(1.0, 2.5, "A"), (2.0, 6.0, "B"), (1.2, 1.4, "B")]
    assert [
        (one.start_s, one.end_s, one.speaker)
        for one in from_plug_in(told, SPEECH, duration_s=8.0).segments
    ] == [(1.0, 2.5, 0), (2.5, 3.0, 1), (4.0, 6.0, 1), (7.0, 8.0, 1)]


@pytest.mark.parametrize("told", [[], [(1.0, 8.0, "A")], [(20.0, 30.0, "A"), (30.0, 31.0, "B")]])
def test_a_plug_in_that_hears_less_than_two_gets_no_confidence(told: list[Told]) -> None:
    found = from_plug_in(told, SPEECH, duration_s=8.0)
    assert {one.speaker for one in found.segments} == {0}
    assert found.confidence == 0


@pytest.mark.parametrize(
    "wrong",
    [(-1.0, 2.0, "A"), (2.0, 2.0, "A"), (3.0, 2.0, "A"), (math.nan, 2.0, "A"), (1.0, math.inf, "A"),
     (1.0, 2.0), None, ("x", 2.0, "A"), (1.0, 1e13, "A"), (1.0, 10**400, "A")],
)  # fmt: skip
def test_what_cannot_be_is_named(wrong: object) -> None:
    told = [(4.0, 6.0, "A"), wrong]
    with pytest.raises(ModelUnavailableError, match="1 of 2 segments that cannot be"):
        from_plug_in(told, SPEECH, duration_s=8.0)  # type: ignore[arg-type]


@pytest.fixture
def package() -> Iterator[str]:
    module = ModuleType("made_up_diariser")

    def broken(samples: Samples, rate: int) -> list[Told]:
        raise RuntimeError(f"no model for {rate} Hz")

    def halves(samples: Samples, rate: int) -> list[Told]:
        middle = samples.size / rate / 2
        return [(0.0, middle, "A"), (middle, 2 * middle, "B")]

    def leaves(samples: Samples, rate: int) -> list[Told]:
        sys.exit("a customer's words")

    def stops(samples: Samples, rate: int) -> list[Told]:
        raise KeyboardInterrupt

    vars(module).update(broken=broken, halves=halves, number=3, nothing=lambda samples, rate: None,
                        leaves=leaves, stops=stops)  # fmt: skip
    sys.modules[module.__name__] = module
    yield module.__name__
    del sys.modules[module.__name__]


def test_a_plug_in_is_loaded_by_name(package: str) -> None:
    told = load_diariser(f"{package}:halves")(np.zeros(16_000, np.float32), 8_000)
    assert told == [(0.0, 1.0, "A"), (1.0, 2.0, "B")]


@pytest.mark.parametrize("name", ["", "json", "json:", ":loads", "json:no_such", "no.such:thing",
                                  "made_up_diariser:number"])  # fmt: skip
def test_a_plug_in_that_is_not_there_is_a_wrong_setting(package: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"diariser = '{name}'"):
        load_diariser(name)


@pytest.mark.parametrize("raised", ["RuntimeError('no licence')", "SystemExit(1)",
                                    "KeyboardInterrupt()"])  # fmt: skip
def test_a_plug_in_that_cannot_be_imported_is_a_wrong_setting(
    raised: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "diariser_that_raises.py").write_text(f"raise {raised}")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError) as failure:
        load_diariser("diariser_that_raises:tell")
    assert raised.partition("(")[0] in str(failure.value)


@pytest.mark.parametrize(("name", "error"), [("broken", "RuntimeError"), ("nothing", "TypeError"),
                                             ("leaves", "SystemExit"),
                                             ("stops", "KeyboardInterrupt")])  # fmt: skip
def test_a_plug_in_that_fails_is_named_without_what_it_said(
    package: str, name: str, error: str
) -> None:
    with pytest.raises(ModelUnavailableError) as failure:
        load_diariser(f"{package}:{name}")(np.zeros(8, np.float32), 8_000)
    assert str(failure.value) == f"The diariser {package}:{name} failed: {error}"


def test_a_message_about_segments_holds_no_name() -> None:
    with pytest.raises(ModelUnavailableError) as failure:
        from_plug_in([(3.0, 2.0, "Ms Customer")], SPEECH, duration_s=8.0)
    assert "Ms Customer" not in str(failure.value)


def test_a_plug_in_may_pad_the_end() -> None:
    told: list[Told] = [(0.0, 4.0, "A"), (4.0, 30.0, "B")]
    assert from_plug_in(told, SPEECH, duration_s=8.0).confidence == 1.0


def test_the_score_counts_what_is_wrong_and_forgives_names() -> None:
    found = Diarised((Segment(0, 4, 0, 1), Segment(4, 9, 1, 1), Segment(12, 13, 0, 1)), 1.0)
    truth = ([(5.0, 10.0)], [(0.0, 6.0)])
    counted = score(found, truth)
    assert counted.missed == pytest.approx(2 / 11, abs=0.01)
    assert counted.false == pytest.approx(1 / 11, abs=0.01)
    assert counted.overlap == pytest.approx(1 / 11, abs=0.01)
    assert counted.confusion == pytest.approx(1 / 8, abs=0.01)
    assert counted.error == pytest.approx(4 / 11, abs=0.01)
    assert score(found, truth, collar_s=0.25).error < counted.error


def test_the_fit_finds_the_weights_that_made_the_examples() -> None:
    rng = np.random.default_rng(3)
    weights = np.array([2.0, -1.0, 0.0, 0.5])
    table = np.column_stack((rng.normal(0, (1, 2, 1), (3_000, 3)), np.ones(3_000)))
    told = rng.random(3_000) < 1 / (1 + np.exp(-table @ weights))
    several = [
        Example("made up", row[None], np.array([0.0 if right else 0.5]))
        for row, right in zip(table, told, strict=True)
    ]
    found = fitted(several)
    assert found[:3] / found[0] == pytest.approx(weights[:3] / weights[0], abs=0.1)
    assert np.corrcoef(table @ found, table @ weights)[0, 1] > 0.99


def test_the_interval_of_the_area_holds_it_and_narrows_with_the_calls() -> None:
    rng = np.random.default_rng(5)
    failed = np.arange(1_200) % 6 == 0
    confidence = rng.normal(0, 1, 1_200) - 1.5 * failed
    widths = []
    for count in (120, 1_200):
        value, wrong = confidence[:count], failed[:count]
        low, high = interval(value, wrong)
        assert low < area(value[~wrong], value[wrong]) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


@pytest.fixture(scope="module")
def unseen() -> list[Made]:
    """Voices, sentences and lines that nothing was tuned on; the seeds are simply the next ones."""
    return [
        made_call(
            seed,
            scoring=True,
            seconds=60.0,
            hold_kinds=(),
            cross_talk_db=None,
            voices=(SCORING_VOICES[2 * number], SCORING_VOICES[2 * number + 1]),
        )
        for number, seed in enumerate(SCORING_SEEDS[200:208])
    ]


def test_unseen_voices_are_told_apart_and_one_alone_is_known(unseen: list[Made]) -> None:
    both, alone = [], []
    for one in unseen:
        found = diarise([summed(one).samples], merged([*one.speech[0], *one.speech[1]]))
        both.append((score(found, one.speech).confusion, found.confidence))
        alone.append(diarise([one.samples[0]], one.speech[0]).confidence)
    assert np.mean([confusion for confusion, _ in both]) <= 0.08
    good = [sure for confusion, sure in both if confusion <= FAILURE]
    bad = [*alone, *(sure for confusion, sure in both if confusion > FAILURE)]
    assert area(good, bad) >= 0.85


@pytest.mark.skipif(
    not REAL.is_dir(), reason="needs ../shared/data/calls_aws, which is not part of the project"
)
def test_a_real_call_summed_to_mono() -> None:
    names = [f"Auto_Repairs_40_UTC_{side}.wav" for side in ("agent", "caller")]
    samples = whole(Recording(tuple(REAL / name for name in names)), rate=RATE).samples
    made = tracked([samples])
    speech = voice_activity(made.channels, made.duration_s).speech
    found = diarise([samples.sum(axis=0)], merged([*speech[0], *speech[1]]))
    both = seconds(overlap(*speech))
    assert score(found, (speech[0], speech[1])).avoidable < 0.05
    assert both < 1.0
    assert found.confidence > 0.8
