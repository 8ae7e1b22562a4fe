"""Made-up calls of which everything is known: planned from a seed, then made.

    made = made_call(7)                                  # for tuning
    made = made_call(7, scoring=True, snr_db=10.0)       # other voices, sentences and music

The same seed gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np

from pipeline.audio.spectrum import RATE, Samples
from pipeline.spans import Span
from tests.truth.coding import CODINGS, coded
from tests.truth.conversation import (
    AGENT,
    CUSTOMER,
    SILENT_HOLD,
    Conversation,
    HoldPlan,
    HoldTruth,
    Talk,
    conversation,
)
from tests.truth.disturbances import breaths, keyboard
from tests.truth.line import DTX_KINDS, Dtx, Line, Side, through_lines
from tests.truth.music import HOLD_KINDS, SCORING_KINDS
from tests.truth.noise import NOISE_KINDS, NoiseKind, noise
from tests.truth.speech import frames, spans, speech_mask, telephone_band
from tests.truth.voices import (
    SCORING_VOICES,
    TUNING_VOICES,
    Manner,
    Studio,
    Voice,
    people,
    studio,
)
from tests.unit.audio.recordings import encode

TUNING_SEEDS = range(1_000)
SCORING_SEEDS = range(100_000, 101_000)

ROOM_NOISES = ("babble", "street")
"""What a microphone catches. A switch that plays music to the caller sends no microphone; noise of
the line itself goes on."""

_BABBLE_SENTENCES = 24


@dataclass(frozen=True)
class Spec:
    """A call to make."""

    seed: int
    scoring: bool
    seconds: float
    voices: tuple[Voice, Voice]
    lines: tuple[Line, Line]
    holds: tuple[HoldPlan, ...]
    coding: str
    keyboard: bool
    breaths: bool


class Wishes(TypedDict, total=False):
    """What a caller wants otherwise than drawn; what is one value holds for both sides."""

    seconds: float
    voices: tuple[Voice, Voice]
    snr_db: float
    noise: NoiseKind
    drifting: bool
    level_dbfs: float
    cross_talk_db: float | None
    cross_talk_delay_s: float
    dtx: Dtx
    offset: float
    hold_kinds: Sequence[str]
    coding: str
    keyboard: bool
    breaths: bool


@dataclass(frozen=True, eq=False)
class Made:
    """A made call: (2, n) samples at 8 kHz, agent first, and its truth.

    `speech` holds each side's true spans, seconds. `spec` says how it was made.
    """

    samples: Samples
    speech: tuple[tuple[Span, ...], tuple[Span, ...]]
    hold: tuple[HoldTruth, ...]
    duration_s: float
    spec: Spec

    @property
    def hold_spans(self) -> tuple[Span, ...]:
        """All holds, as a telephone system would log them."""
        return tuple((hold.start_s, hold.end_s) for hold in self.hold)

    @property
    def silent_hold(self) -> tuple[Span, ...]:
        """The holds without a sound, which only words or the telephone system can tell."""
        return tuple((hold.start_s, hold.end_s) for hold in self.hold if not hold.channels)


@dataclass(frozen=True, eq=False)
class Summed:
    """A call in one channel: (n,) samples at 8 kHz, and who speaks when."""

    samples: Samples
    speech: tuple[tuple[Span, ...], tuple[Span, ...]]
    hold: tuple[HoldTruth, ...]
    duration_s: float


def made_call(seed: int, *, scoring: bool = False, **wishes: Unpack[Wishes]) -> Made:
    """The call of a seed. Use `TUNING_SEEDS` to develop, `SCORING_SEEDS` to report."""
    return make(plan(seed, scoring=scoring, **wishes))


def plan(seed: int, *, scoring: bool = False, **wishes: Unpack[Wishes]) -> Spec:
    """Draw a call; a wish changes its own value and no other draw."""
    speakers, first, second, holds, rest = (
        np.random.default_rng([seed, scoring, part]) for part in range(1, 6)
    )
    return Spec(
        seed=seed,
        scoring=scoring,
        seconds=wishes.get("seconds", _round(60 * 2 ** rest.uniform(0, 3), 1)),
        voices=wishes.get("voices", _voices(speakers, scoring)),
        lines=(_line(first, wishes), _line(second, wishes)),
        holds=_holds(holds, wishes.get("hold_kinds"), scoring),
        coding=wishes.get("coding", list(CODINGS)[int(rest.integers(len(CODINGS)))]),
        keyboard=wishes.get("keyboard", bool(rest.random() < 0.3)),
        breaths=wishes.get("breaths", bool(rest.random() < 0.3)),
    )


def _round(value: float, digits: int) -> float:
    return round(float(value), digits)


def _voices(rng: np.random.Generator, scoring: bool) -> tuple[Voice, Voice]:
    """Two speakers; in scoring a third of the calls are spoken by people, where there are any."""
    several = SCORING_VOICES if scoring else TUNING_VOICES
    human = rng.random() < 1 / 3
    if human and scoring and people():
        several = people()
    one, two = rng.choice(len(several), 2, replace=False)
    return several[int(one)], several[int(two)]


def _line(rng: np.random.Generator, wishes: Wishes) -> Line:
    snr_db = wishes.get("snr_db", _round(rng.uniform(5, 40), 1))
    leaks = rng.random() < 0.6
    cross_talk_db = _round(rng.uniform(-40, -20), 1)
    suppresses = rng.random() < 0.3
    dtx = DTX_KINDS[int(rng.integers(1, len(DTX_KINDS)))]
    offset = _round(rng.uniform(-0.02, 0.02), 4) if rng.random() < 0.3 else 0.0
    return Line(
        snr_db=snr_db,
        noise=wishes.get("noise", NOISE_KINDS[int(rng.integers(len(NOISE_KINDS)))]),
        drifting=wishes.get("drifting", bool(rng.random() < 0.4)),
        level_dbfs=wishes.get("level_dbfs", _round(rng.uniform(-35, -15), 1)),
        cross_talk_db=wishes.get("cross_talk_db", cross_talk_db if leaks else None),
        cross_talk_delay_s=wishes.get("cross_talk_delay_s", _round(rng.uniform(0, 0.06), 4)),
        # A switch that must tell speech from loud noise does not suppress it.
        dtx=wishes.get("dtx", dtx if suppresses and snr_db >= 15 else "none"),
        offset=wishes.get("offset", offset),
    )


def _holds(
    rng: np.random.Generator, wanted: Sequence[str] | None, scoring: bool
) -> tuple[HoldPlan, ...]:
    """None, one or two holds, more with a sound than without."""
    sounds = [kind for kind in HOLD_KINDS if scoring or kind not in SCORING_KINDS]
    kinds = (*sounds, *SILENT_HOLD)
    count = int(rng.choice(3, p=(0.45, 0.4, 0.15)))
    drawn = [kinds[int(rng.integers(len(kinds)))] for _ in range(count)]
    wanted = drawn if wanted is None else wanted
    return tuple(
        _hold_plan(rng, kind, number / (len(wanted) + 1)) for number, kind in enumerate(wanted, 1)
    )


def _hold_plan(rng: np.random.Generator, kind: str, at: float) -> HoldPlan:
    where = ((AGENT,), (AGENT, CUSTOMER), (CUSTOMER,))
    return HoldPlan(
        kind=kind,
        at=_round(at * rng.uniform(0.7, 1.1), 3),
        seconds=_round(10 * 2 ** rng.uniform(0, 3), 1),
        channels=where[int(rng.choice(3, p=(0.75, 0.15, 0.10)))],
        level_db=_round(rng.uniform(-14, 2), 1),
        muted=bool(rng.random() < 0.6),
    )


def make(spec: Spec) -> Made:
    """Speak, hold, disturb, send through the lines and code."""
    spoken, babblers, rng = _spoken(spec)
    voices = [telephone_band(voice) for voice in spoken.voice]
    sides = [
        _side(spec, spoken, side, voice=voice, babblers=babblers, rng=rng)
        for side, voice in enumerate(voices)
    ]
    samples = coded(through_lines(sides, spec.lines, rng), spec.coding)
    agent, customer = (spans(side.speech, spoken.seconds) for side in sides)
    return Made(samples, (agent, customer), tuple(spoken.hold), spoken.seconds, spec)


def clean_voices(spec: Spec) -> Samples:
    """(2, n): the voices of a call alone, in the telephone band, before the line."""
    return np.stack([telephone_band(voice) for voice in _spoken(spec)[0].voice])


def _spoken(spec: Spec) -> tuple[Conversation, list[Samples], np.random.Generator]:
    """The conversation, the talkers in the background, and what is to be drawn from on."""
    rng = np.random.default_rng([spec.seed, spec.scoring, 0])
    with studio(scoring=spec.scoring) as opened:
        manners = (Manner.drawn(rng), Manner.drawn(rng))
        talk = Talk(opened, spec.voices, manners, rng, spec.scoring)
        spoken = conversation(talk, seconds=spec.seconds, holds=spec.holds)
        return spoken, _babblers(opened, spec, rng), rng


def _babblers(opened: Studio, spec: Spec, rng: np.random.Generator) -> list[Samples]:
    """Sentences of other voices than the speakers', where a line wants babble."""
    if all(line.noise != "babble" for line in spec.lines):
        return []
    several = SCORING_VOICES if spec.scoring else TUNING_VOICES
    others = [voice for voice in several if voice not in spec.voices and voice.kind == "espeak"]
    return [
        opened.sentence(others[int(rng.integers(len(others)))], Manner.drawn(rng), rng)
        for _ in range(_BABBLE_SENTENCES)
    ]


def _side(
    spec: Spec,
    spoken: Conversation,
    number: int,
    *,
    voice: Samples,
    babblers: Sequence[Samples],
    rng: np.random.Generator,
) -> Side:
    speech = speech_mask(voice)
    held = [hold for hold in spoken.hold if number in hold.channels]
    from_room = spec.lines[number].noise in ROOM_NOISES
    extra = np.zeros_like(voice)
    if spec.keyboard and number == AGENT:
        extra += keyboard(rng, voice.size)
    if spec.breaths:
        extra += breaths(rng, voice.size, spans(speech, spoken.seconds))
    return Side(
        voice=voice,
        speech=speech,
        extra=telephone_band(extra),
        noise=noise(spec.lines[number].noise, rng, voice.size, talk=babblers),
        hold=telephone_band(spoken.hold_sound[number]),
        held=frames([(h.start_s, h.end_s) for h in held], spoken.seconds),
        muted=frames([(h.start_s, h.end_s) for h in held if h.muted or from_room], spoken.seconds),
    )


def summed(made: Made) -> Summed:
    """Both channels in one, as a mono recorder takes them."""
    samples = np.clip(made.samples.sum(axis=0), -1, 1).astype(np.float32)
    return Summed(samples, made.speech, made.hold, made.duration_s)


def write(made: Made, path: Path, codec: str = "pcm_s16le") -> Path:
    """The call as a file of two channels, with any of PyAV's codecs that `path`'s name can hold."""
    return encode(path, codec, made.samples, rate=RATE)
