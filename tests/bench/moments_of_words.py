"""What a moment with a quote must hold, by the script of a call of the demo.

The small model of the demo errs in one word of several, so a moment at the right time with words
misheard is told apart from one at the wrong time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.audio.decode import Samples
from pipeline.behaviours.call import Call
from pipeline.behaviours.measurement import measure_call
from pipeline.behaviours.register import Moment, registered
from pipeline.behaviours.rows import calls_of
from pipeline.spans import Span, overlap, seconds
from pipeline.tables import ACTIVITY, CALLS, TURNS
from tests.bench.centre import Run
from tests.bench.speech import words

CHANNELS = {"agent": 0, "customer": 1}
SLACK_S = 0.5
"""A recogniser places words so well."""

HEARD = 0.5
"""Share of the quote's words, in order, that make it the same utterance misheard in part."""

PLACEHOLDER = re.compile(r"\[[^]]*\]")
"""What was said in its place is nobody's to know."""

MISHEARD = "misheard, the time is right"
UNPLANTED = "said, but the script plants none in the call"

PLANTED = {
    "commitment": "commitment",
    "next step": "next_step",
    "timeline": "timeline",
    "recap": "recap",
    "acknowledgement": "acknowledgement",
    "empathic": "empathic_count",
    "unhelpful": "unhelpful_count",
}
"""Kinds of moments that the script plants, and the column of the truth that counts them."""


@dataclass(frozen=True)
class Said:
    """A word of the script with its true times."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Spoken:
    """A call of the demo as it was heard, its recording, what each side truly says when, and how
    often the script plants a kind of moment.
    """

    call: Call
    recording: Path
    script: dict[str, list[Said]]
    speech: dict[str, tuple[Span, ...]]
    planted: dict[str, float]


def spoken(run: Run) -> list[Spoken]:
    """Every recorded call of a centre."""
    calls = run.store.read(CALLS)
    calls = calls[calls["source"] == "recording"]
    ids = list(calls["call_id"])
    activity, turns = (run.store.read(table, call_ids=ids) for table in (ACTIVITY, TURNS))
    truth = {row["call_id"]: row for row in run.calls.to_dict("records")}
    files = calls.set_index("call_id")["recording"]
    return [
        Spoken(
            call,
            run.folder / "recordings" / files[call.call_id],
            {side: _script(truth[call.call_id]["turns"], side) for side in CHANNELS},
            {side: _spans(truth[call.call_id][f"{side}_speech"]) for side in CHANNELS},
            {kind: truth[call.call_id][column] for kind, column in PLANTED.items()},
        )
        for call in calls_of(calls, activity, turns)
    ]


def _script(turns: Sequence[dict[str, object]], side: str) -> list[Said]:
    return [
        Said(text, word["start_s"], word["end_s"])
        for turn in turns
        if turn["side"] == side
        for word in turn["words"]  # type: ignore[attr-defined]
        for text in words(word["text"]).split()
    ]


def _spans(stretches: Sequence[dict[str, float]]) -> tuple[Span, ...]:
    return tuple((one["start_s"], one["end_s"]) for one in stretches)


def quoted(call: Call) -> list[Moment]:
    """The moments told from words."""
    found = measure_call(call).moments
    named = [b.name for b in registered() if b.from_words]
    return [moment for name in named for moment in found.get(name, ()) if moment.quote]


def why_not(spoken: Spoken, moment: Moment, sound: Samples) -> str | None:
    """What is wrong with a moment: its words, its time, the voice in its cut; None if nothing.

    A moment misheard in part is at the right time, and named so. One that is truly said may still
    not be what the script means by its kind.
    """
    quote = words(PLACEHOLDER.sub(" ", moment.quote or "")).split()
    script = spoken.script[moment.side]
    here = [w.text for w in script if w.end_s > moment.start_s - SLACK_S
            and w.start_s < moment.end_s + SLACK_S]  # fmt: skip
    share = in_order(quote, here) / len(quote) if quote else 1.0
    if share < 1.0:
        return _misplaced(spoken, moment, quote, share, here)
    other = _other_voice(spoken, moment, sound)
    return other if other or spoken.planted.get(moment.kind, 1.0) else UNPLANTED


def _misplaced(
    spoken: Spoken, moment: Moment, quote: Sequence[str], share: float, here: Sequence[str]
) -> str:
    truly = f" (truly {' '.join(here)[:60]!r})"
    span = (moment.start_s, moment.end_s)
    voiced = seconds(overlap(spoken.speech[moment.side], (span,)))
    if voiced < 0.5 * (span[1] - span[0]):
        return f"wrong time: the {moment.side} speaks for {voiced:.1f} s of it"
    elsewhere = _elsewhere(spoken.script[moment.side], quote, span)
    if share < HEARD and elsewhere is not None:
        return f"wrong time: it is said at {elsewhere:.1f} s" + truly
    return MISHEARD + truly


def _elsewhere(script: Sequence[Said], quote: Sequence[str], span: Span) -> float | None:
    """Where else the side says the very words."""
    texts = [word.text for word in script]
    for place in range(len(texts) - len(quote) + 1):
        if texts[place : place + len(quote)] == list(quote):
            start_s = script[place].start_s
            if not span[0] - SLACK_S <= start_s <= span[1] + SLACK_S:
                return start_s
    return None


def _other_voice(spoken: Spoken, moment: Moment, sound: Samples) -> str | None:
    """Whether the side's own channel is the louder one, where the other side does not speak too."""
    other = "customer" if moment.side == "agent" else "agent"
    rate = sound.shape[1] / (moment.end_s - moment.start_s)
    alone = np.ones(sound.shape[1], bool)
    for start_s, end_s in overlap(spoken.speech[other], ((moment.start_s, moment.end_s),)):
        first, last = ((at_s - moment.start_s) * rate for at_s in (start_s, end_s))
        alone[int(first) : int(last)] = False
    if not alone.any():
        return None
    levels = 10 * np.log10(np.mean(np.square(sound[:, alone]), axis=1) + 1e-12)
    own = float(levels[CHANNELS[moment.side]] - levels[CHANNELS[other]])
    return None if own > 0 else f"the other channel is {-own:.1f} dB louder"


def in_order(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words of `one` are in `other` in the same order (longest common subsequence)."""
    best = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, theirs in enumerate(other, 1):
            above = best[place]
            best[place] = before + 1 if word == theirs else max(above, best[place - 1])
            before = above
    return best[-1]
