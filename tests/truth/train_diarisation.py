"""Make the weights by which two speakers are known to be told apart, and say how good they are.

    python -m tests.truth.train_diarisation

Takes about five minutes of one core and prints the line that stands in `pipeline/audio/speakers.py`
as WEIGHTS. The same code gives the same weights. Only tuning seeds and voices are heard.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from pipeline.audio.cepstra import Cepstra, speech_cepstra, speech_mask
from pipeline.audio.speakers import EVIDENCE, WEIGHTS, Labels, ends
from pipeline.audio.spectrum import Samples
from pipeline.spans import Span, merged, without
from tests.bench.diarisation import FAILURE, area
from tests.truth.call import made_call, plan, summed
from tests.truth.coding import coded
from tests.truth.conversation import Talk, conversation
from tests.truth.line import Line, Side, through_lines
from tests.truth.noise import noise
from tests.truth.speech import spans, telephone_band
from tests.truth.speech import speech_mask as voice_mask
from tests.truth.voices import TUNING_VOICES, Manner, Studio, Voice, studio

Numbers = npt.NDArray[np.float64]
Truth = tuple[tuple[Span, ...], ...]

AS_THEY_ARE, FORMANT, ALONE, FEW_PHRASES = range(45), range(45, 57), range(57, 77), range(77, 127)
"""The seeds of each kind of call."""

_PENALTY = 0.01
_FOLDS = 6
_ESPEAK = tuple(voice for voice in TUNING_VOICES if voice.kind == "espeak")


@dataclass(frozen=True)
class Mood:
    """How a phrase differs from its speaker's manner."""

    gain_db: float
    pitch: int
    pitch_range: int
    rate_wpm: int

    def of(self, manner: Manner) -> Manner:
        """The manner in this mood."""
        return Manner(
            manner.rate_wpm + self.rate_wpm,
            manner.pitch + self.pitch,
            int(np.clip(manner.pitch_range + self.pitch_range, 10, 89)),
        )


MOODS = (
    Mood(gain_db=-2, pitch=0, pitch_range=-15, rate_wpm=0),  # neutral
    Mood(gain_db=-5, pitch=-3, pitch_range=-10, rate_wpm=-15),  # calm
    Mood(gain_db=5, pitch=15, pitch_range=25, rate_wpm=10),  # happy
    Mood(gain_db=-7, pitch=6, pitch_range=-5, rate_wpm=-20),  # sad
)
"""One voice may be further from itself than from another's: two clusters find the moods."""


@dataclass(frozen=True, eq=False)
class FewPhrases(Studio):
    """A studio where each voice has eight recordings to play, as actors in a test of emotion do."""

    phrases: Mapping[Voice, Sequence[Samples]]

    def sentence(self, voice: Voice, manner: Manner, rng: np.random.Generator) -> Samples:
        """One of the voice's recordings."""
        own = self.phrases[voice]
        return own[int(rng.integers(len(own)))]


@dataclass(frozen=True, eq=False)
class Mono:
    """A call in one channel: (n,) samples, and who of one or two speaks when."""

    kind: str
    samples: Samples
    speech: Truth


@dataclass(frozen=True, eq=False)
class Example:
    """The ends of one call: `table` is (ends, evidence and 1), `confusion` (ends,)."""

    kind: str
    table: Numbers
    confusion: Numbers

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """(ends,) which of them tell the speakers apart."""
        return self.confusion <= FAILURE


def calls() -> Iterator[Mono]:
    """Calls as they are, with a formant voice, of one side alone, and of few phrases."""
    for seed in AS_THEY_ARE:
        yield _summed("as they are", seed)
    for seed in FORMANT:
        voices = (Voice("formant", "0"), _ESPEAK[seed % len(_ESPEAK)])
        yield _summed("formant voice", seed, voices)
    for seed in ALONE:
        made = made_call(seed, cross_talk_db=None)
        own = without(merged(made.speech[0]), merged(made.hold_spans))
        yield Mono("one alone", made.samples[0], (own,))
    for seed in FEW_PHRASES:
        yield _of_few_phrases(seed)


def _summed(kind: str, seed: int, voices: tuple[Voice, Voice] | None = None) -> Mono:
    made = made_call(seed, voices=voices) if voices else made_call(seed)
    hold = merged(made.hold_spans)
    return Mono(
        kind, summed(made).samples, tuple(without(merged(own), hold) for own in made.speech)
    )


def _of_few_phrases(seed: int) -> Mono:
    """The lines and voices of the seed's call, without hold, keyboard or breath."""
    spec, rng = plan(seed), np.random.default_rng([seed, 1])
    with studio(scoring=False) as opened:
        manners = (Manner.drawn(rng), Manner.drawn(rng))
        recorded = {
            voice: _phrases(opened, voice, manner, rng)
            for voice, manner in zip(spec.voices, manners, strict=True)
        }
        few = FewPhrases(opened.speaker, opened.sentences, recorded)
        spoken = conversation(Talk(few, spec.voices, manners, rng), seconds=spec.seconds, holds=())
        others = [opened.sentence(voice, Manner.drawn(rng), rng) for voice in _ESPEAK]
    sides = [
        _side(telephone_band(voice), line, others, rng)
        for voice, line in zip(spoken.voice, spec.lines, strict=True)
    ]
    samples = coded(through_lines(sides, spec.lines, rng), spec.coding)
    mono = np.clip(samples.sum(axis=0), -1, 1).astype(np.float32)
    return Mono("few phrases", mono, tuple(spans(side.speech, spoken.seconds) for side in sides))


def _phrases(
    opened: Studio, voice: Voice, manner: Manner, rng: np.random.Generator
) -> tuple[Samples, ...]:
    """Two sentences in four moods."""
    if voice.kind == "formant":
        return tuple(opened.sentence(voice, manner, rng) for _ in range(2 * len(MOODS)))
    texts = rng.choice(opened.sentences[voice.language], 2, replace=False).tolist()
    return tuple(
        Studio(opened.speaker, {voice.language: (text,)}).sentence(voice, mood.of(manner), rng)
        * np.float32(10 ** ((mood.gain_db + rng.normal(0, 1.5)) / 20))
        for mood in MOODS
        for text in texts
    )


def _side(voice: Samples, line: Line, others: Sequence[Samples], rng: np.random.Generator) -> Side:
    speech, nothing = voice_mask(voice), np.zeros_like(voice)
    return Side(
        voice=voice,
        speech=speech,
        extra=nothing,
        noise=noise(line.noise, rng, voice.size, talk=others),
        hold=nothing,
        held=np.zeros_like(speech),
        muted=np.zeros_like(speech),
    )


def example(call: Mono) -> Example | None:
    """What is found in a call, and how wrong; None where nothing is found."""
    cepstra = speech_cepstra([call.samples], merged(span for own in call.speech for span in own))
    found = ends(cepstra)
    if not found:
        return None
    table = [[*end.evidence, 1.0] for end in found]
    wrong = [confusion(end.labels, cepstra, call.speech) for end in found]
    return Example(call.kind, np.array(table), np.array(wrong))


def confusion(labels: Labels, cepstra: Cepstra, speech: Truth) -> float:
    """Share of the frames in which one speaks that are the other's; 1 where only one speaks."""
    if len(speech) < 2:
        return 1.0
    size = int(cepstra.frames[-1]) + 1
    one, two = (np.resize(np.pad(speech_mask(own), (0, size)), size)[cepstra.frames]
                for own in speech)  # fmt: skip
    wrong = float(np.mean((labels == 1)[one != two] != two[one != two]))
    return min(wrong, 1 - wrong)


def fitted(several: Sequence[Example]) -> Numbers:
    """Logistic regression of `told` on the evidence; each call weighs one, however many its ends.

    Loss: Σ w log(1 + e^−ys) / Σ w + penalty · |b|², b for the evidence in standard deviations.
    """
    table = np.concatenate([one.table for one in several])
    sign = np.concatenate([np.where(one.told, 1.0, -1.0) for one in several])
    weight = np.concatenate([np.full(len(one.table), 1 / len(one.table)) for one in several])
    mean, deviation = table[:, :-1].mean(axis=0), table[:, :-1].std(axis=0) + 1e-9
    score = np.column_stack(((table[:, :-1] - mean) / deviation, table[:, -1]))

    def loss(slopes: Numbers) -> float:
        lost = np.logaddexp(0, -sign * (score @ slopes)) @ weight / weight.sum()
        return float(lost + _PENALTY * np.sum(np.square(slopes[:-1])))

    best = minimize(loss, np.zeros(score.shape[1])).x
    slopes = best[:-1] / deviation
    return np.append(slopes, best[-1] - slopes @ mean)


@dataclass(frozen=True)
class Answer:
    """The end that was chosen in a call, by weights that had not seen it."""

    kind: str
    confusion: float
    log_odds: float


def validated(several: Sequence[Example]) -> list[Answer]:
    """Every call answered by weights fitted to five sixths of the calls without it."""
    answers = []
    for fold in range(_FOLDS):
        weights = fitted([one for n, one in enumerate(several) if n % _FOLDS != fold])
        for one in several[fold::_FOLDS]:
            odds = one.table @ weights
            best = int(np.argmax(odds))
            answers.append(Answer(one.kind, float(one.confusion[best]), float(odds[best])))
    return answers


def report(answers: Sequence[Answer]) -> Iterator[str]:
    """Confusion and confidence by kind of call, then AUC and squared error."""
    for kind in dict.fromkeys(one.kind for one in answers):
        own = [one for one in answers if one.kind == kind]
        sure = np.median([expit(one.log_odds) for one in own])
        wrong = np.mean([one.confusion for one in own])
        yield f"{kind:14s} {len(own):3d} calls, confusion {wrong:.3f}, median confidence {sure:.2f}"
    good = [one.log_odds for one in answers if one.confusion <= FAILURE]
    bad = [one for one in answers if one.confusion > FAILURE]
    both = [one.log_odds for one in bad if one.confusion < 1]
    error = np.mean([(expit(one.log_odds) - (one.confusion <= FAILURE)) ** 2 for one in answers])
    yield (f"AUC {area(good, both):.3f} for {len(both)} failures with two speakers, "
           f"{area(good, [one.log_odds for one in bad]):.3f} for all {len(bad)}; "
           f"mean squared error of the confidence {error:.3f}")  # fmt: skip


def main() -> None:
    """Make the calls, validate, fit, print."""
    several = [found for call in calls() if (found := example(call)) is not None]
    print(*report(validated(several)), sep="\n")
    print(f"of the evidence {', '.join(EVIDENCE)}, and 1:")
    print(f"WEIGHTS = {tuple(np.round(fitted(several), 2).tolist())}")
    print(f"now in use: {WEIGHTS}")


if __name__ == "__main__":
    main()
