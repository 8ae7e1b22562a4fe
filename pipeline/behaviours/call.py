"""One call as the behaviours see it: who speaks when, what was said, what the log knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from pipeline.behaviours.language import pack, tokens
from pipeline.behaviours.notation import Plain
from pipeline.spans import Span, merged, without


@dataclass(frozen=True, slots=True)
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
    """Consecutive speech of one side; a backchannel is no turn of its own.

    `level_dbfs` is the voice's median level, None without sound. `arousal` is only known of a
    customer's turn, and where the setting `voice_emotion` asks for it.
    """

    side: str
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    backchannel: bool = False
    level_dbfs: float | None = None
    arousal: float | None = None

    @property
    def seconds(self) -> float:
        """Length of the turn."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Voice:
    """How a side sounds, measured plainly; None with too little voice. Never an emotion."""

    pitch_variation_semitones: float | None = None
    loudness_variation_db: float | None = None


@dataclass(frozen=True)
class Call:
    """Everything that a behaviour may look at. Times in seconds from the start of the recording.

    `agent` and `customer` are stretches of speech, sorted and disjoint; where the sides are not
    known, as in a mono recording of voices too alike, all speech is in `unsided`. `heard`: times
    come from sound, and `timing_confidence` (0–1) says how surely. `sides` and `sides_confidence`
    say how it is known who the agent is (see the table ACTIVITY). `logged_hold_s`,
    `after_call_work_s`, `wait_s` and `transfers` come from the call log and are None where it does
    not know them. `voices` are of each side, empty for a transcript; `no_arousal` says why no
    customer's turn has an arousal. `why_not_eligible` says that there is no sound or text at all to
    measure. `worked_out` keeps what several behaviours ask for, see `once`.
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
    voices: Mapping[str, Voice] = field(default_factory=dict)
    no_arousal: str | None = None
    logged_hold_s: float | None = None
    after_call_work_s: float | None = None
    wait_s: float | None = None
    transfers: int | None = None
    why_not_eligible: str | None = None
    worked_out: dict[tuple[object, ...], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

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
    def lines(self) -> tuple[Plain, ...]:
        """Every turn in plain writing, once for all the behaviours that look for phrases."""
        return tuple(tokens([w.text for w in turn.words], self.language) for turn in self.turns)

    @cached_property
    def said(self) -> dict[str, list[tuple[int, int, int]]]:
        """Every cue by kind: the number of its turn, and its span in that turn's line.

        Raises KeyError for a language without a word pack.
        """
        cues = pack(self.language)
        found: dict[str, list[tuple[int, int, int]]] = {}
        for number, (turn, line) in enumerate(zip(self.turns, self.lines, strict=True)):
            for kind, spans in cues.search(turn.side).matches(line).items():
                found.setdefault(kind, []).extend((number, *span) for span in spans)
        return found

    def turns_of(self, side: str) -> tuple[Turn, ...]:
        """The turns of one side, without backchannels."""
        return tuple(turn for turn in self.main_turns if turn.side == side)


Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def once(
    function: Callable[Concatenate[Call, Asked], Answer], /
) -> Callable[Concatenate[Call, Asked], Answer]:
    """A function of a call that is worked out once for it and kept; nobody may change the answer.

    Its further arguments are the key.
    """

    @wraps(function)
    def kept(call: Call, /, *args: Asked.args, **named: Asked.kwargs) -> Answer:
        key = (function, args, *named.items())
        if key not in call.worked_out:
            call.worked_out[key] = function(call, *args, **named)
        answer: Answer = call.worked_out[key]
        return answer

    return kept
