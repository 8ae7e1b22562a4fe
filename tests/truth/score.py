"""What a detector gets right, frame by frame, and what its errors cost the behaviours."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.behaviours.call import Call
from pipeline.behaviours.talking import agent_talk_share, longest_agent_monologue_s, overtalk_s
from pipeline.behaviours.timing import agent_response_latency_s, dead_air_s
from pipeline.spans import Span, merged, overlap, seconds, without
from pipeline.speech.turns import turns
from tests.truth.call import Made
from tests.truth.speech import Mask, frames

BEHAVIOURS = {
    "agent_talk_share": agent_talk_share,
    "agent_response_latency_s": agent_response_latency_s,
    "longest_agent_monologue_s": longest_agent_monologue_s,
    "overtalk_s": overtalk_s,
    "dead_air_s": dead_air_s,
}
"""Those of the register that rest on sound alone."""


@dataclass(frozen=True)
class Found:
    """What a detector says of a call: speech per channel, and hold where it looks for it."""

    speech: tuple[tuple[Span, ...], ...]
    hold: tuple[Span, ...] | None = None


@dataclass(frozen=True)
class Frames:
    """Counts of 20-ms frames, both channels, outside true hold.

    `leak_only`: the other side speaks, this one does not, and the line has cross-talk.
    """

    count: int = 0
    speech: int = 0
    missed: int = 0
    false: int = 0
    leak_only: int = 0
    leak_alarms: int = 0

    def __add__(self, other: "Frames") -> "Frames":
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Frames(*(one + two for one, two in pairs))

    @property
    def accuracy(self) -> float:
        """Share of frames that are right."""
        return 1 - (self.missed + self.false) / max(self.count, 1)

    @property
    def miss(self) -> float:
        """Share of speech that is not found."""
        return self.missed / max(self.speech, 1)

    @property
    def false_alarm(self) -> float:
        """Share of non-speech that is called speech."""
        return self.false / max(self.count - self.speech, 1)

    @property
    def leak_alarm(self) -> float:
        """Share of the frames with the other's cross-talk only that are called speech."""
        return self.leak_alarms / max(self.leak_only, 1)


@dataclass(frozen=True)
class Hold:
    """Seconds of hold with a sound: true, found, and both; and found of true per kind."""

    true_s: float = 0.0
    found_s: float = 0.0
    both_s: float = 0.0
    kinds: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True)
class Score:
    """One call: frames, hold (None where not looked for), and behaviours true and measured."""

    frames: Frames
    hold: Hold | None
    true: dict[str, float | None] = field(default_factory=dict)
    measured: dict[str, float | None] = field(default_factory=dict)

    def error(self, behaviour: str) -> float | None:
        """Absolute error; None where either is unknown."""
        true, measured = self.true[behaviour], self.measured[behaviour]
        return None if true is None or measured is None else abs(measured - true)

    @property
    def dead_air_error(self) -> float | None:
        """|measured − true| / true seconds of silences of 5 s and more; None without any."""
        true, error = self.true["dead_air_s"], self.error("dead_air_s")
        return error / true if true and error is not None else None


def score(made: Made, found: Found) -> Score:
    """Found against true.

    Hold that the detector looked for is its own, with the silent holds of the telephone's log;
    one that does not look for hold is told all of it.
    """
    hold = made.hold_spans if found.hold is None else merged((*found.hold, *made.silent_hold))
    return Score(
        frames=frame_counts(made, found.speech),
        hold=None if found.hold is None else hold_seconds(made, found.hold),
        true=behaviours(made.duration_s, made.speech, merged(made.hold_spans)),
        measured=behaviours(made.duration_s, found.speech, merged(hold)),
    )


def frame_counts(made: Made, speech: Sequence[Sequence[Span]]) -> Frames:
    """Both channels against the truth."""
    outside = ~frames(made.hold_spans, made.duration_s)
    true = [frames(own, made.duration_s)[outside] for own in made.speech]
    got = [frames(own, made.duration_s)[outside] for own in speech]
    return sum(
        (
            _side(true[i], got[i], true[1 - i], made.spec.lines[i].cross_talk_db is not None)
            for i in (0, 1)
        ),
        Frames(),
    )


def _side(true: Mask, got: Mask, other: Mask, leaks: bool) -> Frames:
    leak_only = other & ~true if leaks else np.zeros_like(true)
    counts = (true | True, true, true & ~got, got & ~true, leak_only, leak_only & got)
    return Frames(*(int(np.count_nonzero(mask)) for mask in counts))


def hold_seconds(made: Made, found: Sequence[Span]) -> Hold:
    """Hold with a sound; what was found within a silent hold is neither right nor wrong."""
    sounding = [hold for hold in made.hold if hold.channels]
    true = merged((hold.start_s, hold.end_s) for hold in sounding)
    counted = without(merged(found), merged(made.silent_hold))
    kinds = tuple(
        (hold.kind, seconds(overlap(counted, ((hold.start_s, hold.end_s),))),
         hold.end_s - hold.start_s)
        for hold in sounding
    )  # fmt: skip
    return Hold(seconds(true), seconds(counted), seconds(overlap(counted, true)), kinds)


def behaviours(
    duration_s: float, speech: Sequence[Sequence[Span]], hold: tuple[Span, ...]
) -> dict[str, float | None]:
    """The behaviours of section 9, by the functions that the product uses, without words."""
    agent, customer = (without(merged(side), hold) for side in speech)
    call = Call(
        "made", duration_s, agent=agent, customer=customer, hold=hold,
        turns=turns({"agent": agent, "customer": customer}, {}),
    )  # fmt: skip
    return {name: measure(call).value for name, measure in BEHAVIOURS.items()}
