"""One call as the behaviours see it: who speaks when, what was said, what the log knows."""

from dataclasses import dataclass
from functools import cached_property

from pipeline.behaviours.language import Tokens, tokens
from pipeline.spans import Span, merged, without


@dataclass(frozen=True)
class Word:
    """A recognised word with its times in seconds and its probability (0-1)."""

    text: str
    start_s: float
    end_s: float
    probability: float = 1.0

    @property
    def is_redacted(self) -> bool:
        """Whether it is a placeholder such as [number], which stands for any number of words."""
        return self.text.startswith("[") and self.text.endswith("]")


@dataclass(frozen=True)
class Turn:
    """Consecutive speech of one side; a backchannel is no turn of its own."""

    side: str
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    backchannel: bool = False

    @property
    def seconds(self) -> float:
        """Length of the turn."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Call:
    """Everything that a behaviour may look at. Times in seconds from the start of the recording.

    `agent` and `customer` are stretches of speech, sorted and disjoint; where the sides are not
    known, as in a mono recording of voices too alike, all speech is in `unsided`. `heard`: times
    come from sound, and `timing_confidence` (0–1) says how surely. `sides` and `sides_confidence`
    say how it is known who the agent is (see the table ACTIVITY). `logged_hold_s`,
    `after_call_work_s`, `wait_s` and `transfers` come from the call log and are None where it does
    not know them. `why_not_eligible` says that there is no sound or text at all to measure.
    """

    call_id: str
    duration_s: float
    agent: tuple[Span, ...] = ()
    customer: tuple[Span, ...] = ()
    unsided: tuple[Span, ...] = ()
    hold: tuple[Span, ...] = ()
    turns: tuple[Turn, ...] = ()
    mono: bool = False
    mono_because: str | None = None
    heard: bool = False
    timing_confidence: float | None = None
    sides: str = "as imported"
    sides_confidence: float | None = None
    language: str = "en"
    logged_hold_s: float | None = None
    after_call_work_s: float | None = None
    wait_s: float | None = None
    transfers: int | None = None
    why_not_eligible: str | None = None

    @cached_property
    def speech(self) -> tuple[Span, ...]:
        """Stretches in which anybody speaks, hold excluded."""
        spoken = merged((*self.agent, *self.customer, *self.unsided))
        return without(spoken, self.hold)

    @cached_property
    def agent_speech(self) -> tuple[Span, ...]:
        """The agent's stretches of speech, hold excluded."""
        return without(self.agent, self.hold)

    @cached_property
    def customer_speech(self) -> tuple[Span, ...]:
        """The customer's stretches of speech, hold excluded."""
        return without(self.customer, self.hold)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Every word of the call, turn by turn."""
        return tuple(word for turn in self.turns for word in turn.words)

    @cached_property
    def main_turns(self) -> tuple[Turn, ...]:
        """The turns without backchannels, by start."""
        return tuple(turn for turn in self.turns if not turn.backchannel)

    @cached_property
    def lines(self) -> tuple[Tokens, ...]:
        """Every turn in plain writing, once for all the behaviours that look for phrases."""
        return tuple(tokens([w.text for w in turn.words], self.language) for turn in self.turns)

    def turns_of(self, side: str) -> tuple[Turn, ...]:
        """The turns of one side, without backchannels."""
        return tuple(turn for turn in self.main_turns if turn.side == side)
