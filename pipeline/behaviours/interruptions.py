"""Interruptions: who begins to speak while the other is speaking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.behaviours.call import Call, Turn
from pipeline.behaviours.conversation import HAIR_S, covering, talk
from pipeline.spans import Span, merged


@dataclass(frozen=True)
class InterruptionOptions:
    """Section 1 of the behaviours' definitions.

    The other side has been speaking for `other_s` and goes on for more than `overlap_s`; the turn
    that cuts in begins with speech of `own_s`. A breath of up to `breath_s` ends nobody's speech.
    """

    other_s: float = 1.0
    overlap_s: float = 0.3
    own_s: float = 1.0
    breath_s: float = 0.5


@dataclass(frozen=True)
class Interruption:
    """The turn that cuts in, and the stretch in which both speak."""

    turn: Turn
    both: Span

    @property
    def words(self) -> str:
        """What the interrupter says while both speak."""
        return " ".join(word.text for word in self.turn.words if word.start_s < self.both[1])


def interruptions(
    turns: Iterable[Turn],
    *,
    own: Sequence[Span],
    other: Sequence[Span],
    options: InterruptionOptions = InterruptionOptions(),
) -> list[Interruption]:
    """Those of one side's `turns` that begin while the other side is speaking.

    `own` and `other` are the two sides' stretches of speech, sorted and disjoint.
    """
    own_runs, other_runs = (merged(spans, options.breath_s) for spans in (own, other))
    found = []
    for turn in turns:
        at_s = turn.start_s
        run, theirs = covering(own_runs, at_s), covering(other, at_s)
        since = covering(other_runs, at_s)
        if run is None or theirs is None or since is None:
            continue
        long_enough = (
            at_s - since[0] >= options.other_s - HAIR_S
            and theirs[1] - at_s > options.overlap_s + HAIR_S
            and run[1] - at_s >= options.own_s - HAIR_S
        )
        if long_enough:
            found.append(Interruption(turn, (at_s, min(run[1], theirs[1]))))
    return found


def interruptions_by(call: Call, side: str) -> tuple[list[Interruption], int]:
    """The side's interruptions outside hold, and the number of its turns there."""
    own, other = call.agent_speech, call.customer_speech
    if side == "customer":
        own, other = other, own
    turns = [turn for turn in talk(call) if turn.side == side]
    return interruptions(turns, own=own, other=other), len(turns)
