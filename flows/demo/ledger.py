"""The true value of every behaviour of a call, counted from its own timeline.

Written from the definitions, apart from `pipeline.behaviours`, so that the two can be compared.
Only what a classifier says of a text is no matter of definition: it judges the words as written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.demo.manner import CUES
from flows.demo.script import LAST_PART
from flows.demo.timeline import AGENT, CUSTOMER, Timeline, Utterance
from models.speech.voices import SpokenWord
from pipeline.behaviours.sentiment import sentiment

Span = tuple[float, float]

BRIDGED_S = 0.25
"""A pause within speech up to this long belongs to the speech."""

TURN_GAP_S = 2.0
DEAD_AIR_S = 5.0
OVERLAP_S = 0.2


@dataclass(frozen=True)
class TrueTurn:
    """A turn: consecutive speech of one side; a backchannel stands by itself."""

    side: str
    start_s: float
    end_s: float
    text: str
    words: tuple[SpokenWord, ...]
    backchannel: bool


@dataclass(frozen=True)
class Ledger:
    """What is true of a call. `values` has the behaviours that the call alone decides."""

    turns: tuple[TrueTurn, ...]
    agent_speech: tuple[Span, ...]
    customer_speech: tuple[Span, ...]
    hold: tuple[Span, ...]
    duration_s: float
    values: dict[str, float | None]


def keep_ledger(timeline: Timeline) -> Ledger:
    """Count everything in a timeline."""
    turns = find_turns(timeline.utterances)
    speech = {side: find_speech(timeline.utterances, side) for side in (AGENT, CUSTOMER)}
    values = {
        **_count_time(timeline, speech[AGENT], speech[CUSTOMER]),
        **_count_words(timeline, turns, sum_seconds(speech[AGENT])),
        **_count_cues(timeline),
    }
    return Ledger(
        turns, speech[AGENT], speech[CUSTOMER], timeline.hold, timeline.duration_s, values
    )


def find_turns(utterances: Sequence[Utterance]) -> tuple[TrueTurn, ...]:
    """Join utterances of one side with gaps ≤ 2 s and nothing but backchannels in between."""
    groups: list[list[Utterance]] = []
    turns: list[TrueTurn] = []
    for utterance in utterances:
        if utterance.line.inside:
            turns.append(_join([utterance], backchannel=True))
            continue
        last = groups[-1][-1] if groups else None
        same = last is not None and last.line.side == utterance.line.side
        if same and last is not None and utterance.start_s - last.end_s <= TURN_GAP_S:
            groups[-1].append(utterance)
        else:
            groups.append([utterance])
    turns.extend(_join(group, backchannel=False) for group in groups)
    return tuple(sorted(turns, key=lambda turn: (turn.start_s, turn.side)))


def _join(group: Sequence[Utterance], *, backchannel: bool) -> TrueTurn:
    return TrueTurn(
        side=group[0].line.side,
        start_s=group[0].start_s,
        end_s=group[-1].end_s,
        text=" ".join(utterance.line.text for utterance in group),
        words=tuple(word for utterance in group for word in utterance.words),
        backchannel=backchannel,
    )


def find_speech(utterances: Iterable[Utterance], side: str) -> tuple[Span, ...]:
    """Stretches of speech of one side, sorted and disjoint, pauses ≤ 0.25 s bridged."""
    return join_spans(
        ((u.start_s, u.end_s) for u in utterances if u.line.side == side), gap_s=BRIDGED_S
    )


def join_spans(spans: Iterable[Span], *, gap_s: float) -> tuple[Span, ...]:
    """The union of `spans`, with gaps up to `gap_s` filled."""
    joined: list[Span] = []
    for start_s, end_s in sorted(spans):
        if joined and start_s - joined[-1][1] <= gap_s + 1e-9:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        else:
            joined.append((start_s, end_s))
    return tuple(joined)


def sum_seconds(spans: Iterable[Span]) -> float:
    """Total length of disjoint spans."""
    return sum(end_s - start_s for start_s, end_s in spans)


def _count_time(
    timeline: Timeline, agent: Sequence[Span], customer: Sequence[Span]
) -> dict[str, float | None]:
    busy = join_spans([*agent, *customer, *timeline.hold], gap_s=0.0)
    edges = [0.0, *(edge for span in busy for edge in span), timeline.duration_s]
    silences = [end - start for start, end in zip(edges[::2], edges[1::2], strict=True)]
    spoken_s = sum_seconds(agent)
    overlaps = [min(a[1], c[1]) - max(a[0], c[0]) for a in agent for c in customer if c[0] < a[1]]
    turns = [turn for turn in find_turns(timeline.utterances) if not turn.backchannel]
    monologues = [turn.end_s - turn.start_s for turn in turns if turn.side == AGENT]
    return {
        "dead_air_s": sum(silence for silence in silences if silence >= DEAD_AIR_S),
        "hold_time_s": sum_seconds(timeline.hold),
        "agent_talk_share": spoken_s / (spoken_s + sum_seconds(customer)),
        "longest_agent_monologue_s": max(monologues),
        "overtalk_s": sum(overlap for overlap in overlaps if overlap >= OVERLAP_S),
    }


def _count_words(
    timeline: Timeline, turns: Sequence[TrueTurn], agent_s: float
) -> dict[str, float | None]:
    said = [u for u in timeline.utterances if u.line.side == AGENT]
    main = [turn for turn in turns if turn.side == AGENT and not turn.backchannel]
    weights = [len(turn.words) for turn in main]
    tones = [sentiment(turn.text, "en", AGENT) for turn in main]
    empathic = sum("empathic" in u.line.tags for u in said)
    unhelpful = sum("unhelpful" in u.line.tags for u in said)
    both = empathic + unhelpful
    return {
        "agent_pace_wpm": sum(len(u.words) for u in said) / agent_s * 60,
        "agent_sentiment": sum(w * t for w, t in zip(weights, tones, strict=True)) / sum(weights),
        "agent_empathy": 100 * (empathic - unhelpful) / both if both else None,
        "empathic_count": float(empathic),
        "unhelpful_count": float(unhelpful),
    }


def _count_cues(timeline: Timeline) -> dict[str, float | None]:
    """Each cue 0 or 1, and their sum: a cue counts where it starts in the last 40 %."""
    late = [
        utterance.line.tags
        for utterance in timeline.utterances
        if utterance.start_s >= LAST_PART * timeline.duration_s
    ]
    cues = {cue: float(any(cue in tags for tags in late)) for cue in CUES}
    return {"resolution_clarity": sum(cues.values()), **cues}
