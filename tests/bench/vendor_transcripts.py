"""A vendor's own figures of a call beside ours, from the same words.

    python -m tests.bench vendor_transcripts [FOLDER]

Reads `vendor_transcripts/example-call.json` in FOLDER, else in ../shared/data, which is not part of
the project: a call by Amazon Transcribe Call Analytics, with talk time, non-talk time and
interruptions. There is no recording of it, so our times are those of the vendor's words.
"""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.behaviours.call import Call
from pipeline.behaviours.talking import agent_pace_wpm, overtalk_s
from pipeline.behaviours.timing import SILENCE_S, silences
from pipeline.ingest.transcript_formats import read_document
from pipeline.ingest.transcripts import read_transcript
from pipeline.spans import Span, merged, overlap, seconds

NAME = "vendor_transcripts/example-call.json"
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
SIDES = ("agent", "customer")
PAUSES_S = (0.25, 1.8)
"""Pauses inside talk: those that our speech bridges, and those that give the vendor's talk time."""


def bench(folder: Path) -> None:
    """Print ours beside theirs, and what they would be by the other's definition."""
    path = next((one / NAME for one in (folder, BESIDE) if (one / NAME).is_file()), None)
    if path is None:
        print(f"no {NAME} in {folder} or beside the checkout")
        return
    raw = path.read_bytes()
    facts = json.loads(raw)["ConversationCharacteristics"]
    call = _call(raw)
    rows = [*_talk(facts, call, raw), *_silence(facts, call), *_overlaps(facts, call, raw)]
    print(pd.DataFrame(rows, columns=["figure", "vendor", "ours"]).to_string(index=False))
    print(
        "Talk: they count a turn with its pauses; ours has none longer than 0.25 s. With pauses of "
        "up to 1.8 s ours would be theirs within 2 %.\n"
        "Interruptions: they count from the start of a turn inside the other's to the end of that "
        "other turn, also while only one of the two has words; ours counts when both have."
    )


def _call(raw: bytes) -> Call:
    read = read_transcript(raw, "C1", "en")
    agent, customer = (tuple(read.speech[side]) for side in SIDES)
    return Call("C1", read.duration_s, agent=agent, customer=customer, turns=read.turns)


def _talk(facts: dict[str, Any], call: Call, raw: bytes) -> list[tuple[str, float, float]]:
    talk = facts["TalkTime"]["DetailsByParticipant"]
    rows = []
    for side, speech in zip(SIDES, (call.agent, call.customer), strict=True):
        theirs = talk[side.upper()]["TotalTimeMillis"] / 1000
        rows.append((f"talk of the {side}, s", theirs, seconds(speech)))
        bridged = seconds(merged(_words(raw, side), PAUSES_S[1]))
        rows.append((f"… with pauses up to {PAUSES_S[1]:g} s", theirs, bridged))
    both = sum(theirs for _, theirs, _ in rows[::2])
    own = seconds(call.agent) / seconds((*call.agent, *call.customer))
    rows.append(("agent's share of talk", rows[0][1] / both, own))
    pace = facts["TalkSpeed"]["DetailsByParticipant"]["AGENT"]["AverageWordsPerMinute"]
    rows.append(("agent's words a minute", pace, agent_pace_wpm(call).value or 0.0))
    return [(name, round(theirs, 2), round(ours, 2)) for name, theirs, ours in rows]


def _silence(facts: dict[str, Any], call: Call) -> list[tuple[str, float, float]]:
    theirs = facts["NonTalkTime"]["TotalTimeMillis"] / 1000
    quiet = seconds(silences(call, SILENCE_S))
    return [(f"non-talk time ({SILENCE_S:g} s and more), s", theirs, round(quiet, 2))]


def _overlaps(facts: dict[str, Any], call: Call, raw: bytes) -> list[tuple[str, float, float]]:
    theirs = facts["Interruptions"]
    ours = overtalk_s(call)
    rows = [
        ("interruptions / overtalk of 0.2 s and more", theirs["TotalCount"], len(ours.moments)),
        ("… in seconds", theirs["TotalTimeMillis"] / 1000, round(ours.value or 0.0, 2)),
    ]
    for one in theirs["InterruptionsByInterrupter"].get("AGENT", ()):
        start, end = one["BeginOffsetMillis"] / 1000, one["EndOffsetMillis"] / 1000
        both = seconds(overlap([(start, end)], overlap(call.agent, call.customer)))
        rows.append((f"… in theirs at {start:.2f} s", round(end - start, 2), round(both, 2)))
    return rows


def _words(raw: bytes, side: str) -> list[Span]:
    return [
        (word.start_s, word.end_s)
        for turn in read_document(raw).turns
        if turn.side == side
        for word in turn.words
        if word.start_s is not None and word.end_s is not None
    ]
