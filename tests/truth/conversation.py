"""Who says what when: turns, latencies, backchannels, overlaps, dead air and hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.audio.spectrum import HOP, RATE, Samples
from pipeline.spans import Span
from tests.truth.music import HOLD_KINDS, hold_sound
from tests.truth.voices import Manner, Studio, Voice

AGENT, CUSTOMER = 0, 1
SILENT_HOLD = ("silence_announced", "silence")
"""Hold without a sound: the agent says so before, or nobody does and only the telephone knows."""

_LAST_S = 0.5  # nobody speaks any more
_RMS_OF_HOLD = 0.1


@dataclass(frozen=True)
class HoldPlan:
    """A hold to come: `at` is a share of the call, `level_db` relative to the side's speech.

    `muted`: nothing else is heard on its channels meanwhile, as when a switch plays it.
    """

    kind: str
    at: float
    seconds: float
    channels: tuple[int, ...] = (AGENT,)
    level_db: float = -3.0
    muted: bool = True


@dataclass(frozen=True)
class HoldTruth:
    """A hold as it was made. `channels`: where its sound is; none for a silent one."""

    start_s: float
    end_s: float
    kind: str
    channels: tuple[int, ...]
    muted: bool = False


@dataclass(frozen=True)
class Style:
    """How people talk here: chances per turn, of a murmur per hold; mean seconds and sentences."""

    dead_air: float = 0.10
    thinking: float = 0.12
    overlap: float = 0.12
    backchannel: float = 0.30
    murmur: float = 0.25
    latency_s: float = 0.30
    sentences: tuple[float, float] = (2.2, 1.7)


@dataclass
class Conversation:
    """A call as it is being spoken, clean: `voice` and `hold_sound` are (2, n)."""

    voice: Samples
    hold_sound: Samples
    hold: list[HoldTruth] = field(default_factory=list)
    ends: list[float] = field(default_factory=lambda: [0.0, 0.0])

    @property
    def seconds(self) -> float:
        """Length of the call."""
        return float(self.voice.shape[1] / RATE)


@dataclass(frozen=True)
class Talk:
    """Two people in a studio."""

    studio: Studio
    voices: tuple[Voice, Voice]
    manners: tuple[Manner, Manner]
    rng: np.random.Generator
    scoring: bool = False
    style: Style = Style()


def conversation(talk: Talk, *, seconds: float, holds: Sequence[HoldPlan]) -> Conversation:
    """Talk for so long, with the holds when their time has come."""
    n = round(seconds * RATE)
    made = Conversation(np.zeros((2, n), np.float32), np.zeros((2, n), np.float32))
    waiting = sorted(holds, key=lambda hold: hold.at)
    now, side = float(talk.rng.uniform(0.3, 2.0)), AGENT
    while now < seconds - 3:
        if waiting and now >= waiting[0].at * seconds:
            now, side = _hold(talk, made, waiting.pop(0), now), CUSTOMER
            continue
        now = _turn(talk, made, side, now)
        now, side = _pause(talk, made, side, now)
    return made


def _turn(talk: Talk, made: Conversation, side: int, now: float) -> float:
    """One side's sentences; the other may say mm-hm. Returns when it ends."""
    rng = talk.rng
    count = min(int(rng.geometric(1 / talk.style.sentences[side])), 10)
    for number in range(count):
        if number:
            now += float(np.clip(rng.lognormal(-1.0, 0.6), 0.1, 1.9))
        said = _place(talk, made, side, now)
        if said is None:
            break
        now = said[1]
        if said[1] - said[0] > 2 and rng.random() < talk.style.backchannel:
            _backchannel(talk, made, 1 - side, said)
    return now


def _place(talk: Talk, made: Conversation, side: int, at_s: float) -> Span | None:
    """One sentence; None where it would run into the end of the call."""
    sound = talk.studio.sentence(talk.voices[side], talk.manners[side], talk.rng)
    start_s = max(at_s, made.ends[side] + 0.05)
    end_s = start_s + sound.size / RATE
    if end_s > made.seconds - _LAST_S:
        return None
    _add(made, side, start_s, sound * np.float32(10 ** (talk.rng.normal(0, 2.0) / 20)))
    return start_s, end_s


def _backchannel(talk: Talk, made: Conversation, side: int, inside: Span) -> None:
    sound = talk.studio.backchannel(talk.voices[side], talk.manners[side], talk.rng)
    latest = inside[1] - sound.size / RATE - 0.3
    start_s = float(talk.rng.uniform(inside[0] + 0.5, max(latest, inside[0] + 0.5)))
    if start_s <= latest and start_s > made.ends[side] + 0.3:
        _add(made, side, start_s, sound * np.float32(10 ** (talk.rng.uniform(-8, 0) / 20)))


def _add(made: Conversation, side: int, start_s: float, sound: Samples) -> None:
    begin = round(start_s * RATE)
    part = made.voice[side, begin : begin + sound.size]
    part += sound[: part.size]
    made.ends[side] = max(made.ends[side], start_s + sound.size / RATE)


def _pause(talk: Talk, made: Conversation, side: int, now: float) -> tuple[float, int]:
    """When the next turn begins, and whose it is."""
    rng, style = talk.rng, talk.style
    chance = rng.random()
    if chance < style.dead_air:
        return now + _dead_air_s(rng), int(rng.integers(2))
    if chance < style.dead_air + style.thinking:
        return now + float(rng.uniform(1.0, 5.0)), int(rng.integers(2))
    if chance < style.dead_air + style.thinking + style.overlap:
        return max(now - float(rng.uniform(0.3, 2.0)), made.ends[1 - side] + 0.3), 1 - side
    return now + float(np.clip(rng.normal(style.latency_s, 0.35), -0.4, 2.5)), 1 - side


def _dead_air_s(rng: np.random.Generator) -> float:
    """Mostly 5–15 s, at times 15–30 s, rarely up to a minute."""
    low, high = ((5.0, 15.0), (15.0, 30.0), (30.0, 60.0))[int(rng.choice(3, p=(0.75, 0.18, 0.07)))]
    return float(rng.uniform(low, high))


def _hold(talk: Talk, made: Conversation, plan: HoldPlan, now: float) -> float:
    """The agent says a sentence, the customer is put on hold, the agent is back."""
    rng = talk.rng
    if plan.kind != "silence":
        said = _place(talk, made, AGENT, now)
        now = said[1] if said else now
    start_s = max(now, *made.ends) + float(rng.uniform(0.4, 2.0))
    start_s = round(start_s * RATE / HOP) * HOP / RATE
    end_s = round(min(start_s + plan.seconds, made.seconds - _LAST_S) * RATE / HOP) * HOP / RATE
    if end_s - start_s < min(plan.seconds, 8.0):
        return max(now, start_s)
    channels = () if plan.kind in SILENT_HOLD else plan.channels
    if channels:
        _play(talk, made, plan, (start_s, end_s))
    if CUSTOMER not in channels and rng.random() < talk.style.murmur:
        _backchannel(talk, made, CUSTOMER, (start_s, end_s))
    made.hold.append(HoldTruth(start_s, end_s, plan.kind, channels, plan.muted))
    back_s = end_s + float(rng.uniform(0.3, 2.0))
    said = _place(talk, made, AGENT, back_s)
    return (said[1] if said else back_s) + 0.4


def _play(talk: Talk, made: Conversation, plan: HoldPlan, span: Span) -> None:
    assert plan.kind in HOLD_KINDS, f"hold kind {plan.kind!r}, expected one of {HOLD_KINDS}"
    begin, end = (round(time * RATE) for time in span)
    sound = hold_sound(plan.kind, talk.rng, span[1] - span[0], scoring=talk.scoring)
    gain = np.float32(10 ** (plan.level_db / 20) / _RMS_OF_HOLD)
    for channel in plan.channels:
        part = made.hold_sound[channel, begin:end]
        part += sound[: part.size] * gain
