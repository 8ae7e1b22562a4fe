"""Transcripts that exist: an archive of JSON lines, one call per line, with times per word.

A line: `{"call_id", "duration_s", "channels", "language", "turns": [{"side", "start_s", "end_s",
"text", "words": [[word, start_s, end_s], …]}, …], "hold": [[start_s, end_s], …]}`. `hold` is what
the telephone system logged; without it hold is estimated. A turn without words is spread evenly.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from pipeline.behaviours.call import Word
from pipeline.ingest.refusals import Refusal, quoted
from pipeline.speech.transcript import Transcript, make_transcript

SIDES = ("agent", "customer", "unknown")
MOST_PROBLEMS = 10


@dataclass(frozen=True)
class Line:
    """Where a call's transcript stands: file (relative), byte offset and length, and its hash."""

    file: str
    offset: int
    length: int
    content_hash: str


@dataclass(frozen=True)
class Archive:
    """The lines of all calls, and the lines that are none."""

    lines: dict[str, Line]
    refusals: tuple[Refusal, ...]


def read_archive(folder: Path) -> Archive:
    """Find every call's line in the `*.jsonl` files of `folder`, without keeping their text.

    A file that cannot be read and a line that is no call are refused.
    """
    lines: dict[str, Line] = {}
    refusals: list[Refusal] = []
    for path in sorted(folder.rglob("*.jsonl")):
        file = path.relative_to(folder).as_posix()
        try:
            refusals += _add_lines(path, file, lines)
        except OSError as error:
            refusals.append(Refusal("transcript", file, f"cannot be read: {error.strerror}"))
    return Archive(lines, tuple(refusals))


def _add_lines(path: Path, file: str, lines: dict[str, Line]) -> list[Refusal]:
    refusals = []
    for number, offset, raw in _raw_lines(path):
        call_id = _call_id(raw)
        if call_id is None:
            why = "not a JSON object with a call_id"
        elif call_id in lines:
            why = f"call {call_id!r} stands in an earlier line; that one counts"
        else:
            digest = hashlib.sha256(raw).hexdigest()
            lines[call_id] = Line(file, offset, len(raw), digest)
            continue
        refusals.append(Refusal("transcript", f"{file}, line {number}", why))
    return refusals


def _raw_lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    offset = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                yield number, offset, raw
            offset += len(raw)


def _call_id(raw: bytes) -> str | None:
    try:
        value = json.loads(raw)
        call_id = value.get("call_id") if isinstance(value, dict) else None
        return call_id if isinstance(call_id, str) and call_id.encode() else None
    except (ValueError, RecursionError):
        return None


def raw_line(folder: Path, line: Line) -> bytes:
    """The bytes of a call's line."""
    with (folder / line.file).open("rb") as file:
        file.seek(line.offset)
        return file.read(line.length)


def read_transcript(raw: bytes, language: str, *, logged_hold_s: float | None = None) -> Transcript:
    """One call out of its line; raises ValueError with every way in which the line is none.

    `logged_hold_s` is the call log's, for a line without hold of its own.
    """
    value: dict[str, Any] = json.loads(raw)
    problems = _problems(value)
    if problems:
        raise ValueError("; ".join(problems[:MOST_PROBLEMS]))
    words: dict[str, list[Word]] = {}
    for turn in value["turns"]:
        words.setdefault(turn["side"], []).extend(_words(turn))
    words = _sides(words, value.get("channels", 2))
    hold = value.get("hold")
    return make_transcript(
        value["call_id"],
        "transcript",
        float(value["duration_s"]),
        words={side: sorted(said, key=lambda w: w.start_s) for side, said in words.items()},
        language=value.get("language") or language,
        hold=None if hold is None else [(float(a), float(b)) for a, b in hold],
        logged_hold_s=logged_hold_s,
    )


def _sides(words: dict[str, list[Word]], channels: int) -> dict[str, list[Word]]:
    if channels == 1 or "unknown" in words:
        return {"unknown": [word for said in words.values() for word in said]}
    return {"agent": [], "customer": [], **words}


def _words(turn: dict[str, Any]) -> list[Word]:
    if turn.get("words"):
        timed = [(word.strip(), float(a), float(b)) for word, a, b in turn["words"]]
        return [Word(word, start, end) for word, start, end in timed if word]
    texts = turn["text"].split()
    step = (turn["end_s"] - turn["start_s"]) / max(len(texts), 1)
    start = turn["start_s"]
    return [Word(t, start + i * step, start + (i + 1) * step) for i, t in enumerate(texts)]


def _problems(value: object) -> list[str]:
    if not isinstance(value, dict):
        return [f"got {type(value).__name__}, expected an object"]
    given = value.get("duration_s")
    duration = float(given) if _is_time(given) else float("inf")
    problems = [] if _is_time(given) else [f"duration_s: got {quoted(given)}, expected seconds"]
    if not _is_text(value.get("call_id")):
        problems.append("call_id: expected text")
    if value.get("channels", 2) not in (1, 2):
        problems.append(f"channels: got {quoted(value['channels'])}, expected 1 or 2")
    if not _is_text(value.get("language") or "en"):
        problems.append(f"language: got {quoted(value['language'])}, expected a code such as 'en'")
    hold = value.get("hold")
    if hold is not None and not _are_spans(hold):
        problems.append("hold: expected a list of [start_s, end_s]")
    turns = value.get("turns")
    if not isinstance(turns, list):
        return [*problems, f"turns: got {type(turns).__name__}, expected a list"]
    for number, turn in enumerate(turns):
        problems += [f"turn {number}: {why}" for why in _turn_problems(turn, duration)]
    return problems


def _turn_problems(turn: object, duration_s: float) -> list[str]:
    if not isinstance(turn, dict):
        return ["expected an object"]
    problems = []
    if turn.get("side") not in SIDES:
        problems.append(f"side: got {quoted(turn.get('side'))}, expected one of {', '.join(SIDES)}")
    start, end = turn.get("start_s"), turn.get("end_s")
    if not (_is_time(start) and _is_time(end) and start <= end <= duration_s + 1.0):
        got = f"{quoted(start)} to {quoted(end)}"
        problems.append(f"times: got {got}, expected seconds within the call")
    text, words = turn.get("text"), turn.get("words")
    if text is not None and not _is_text(text):
        problems.append("text: expected text")
    given = [] if words is None else words
    if not isinstance(given, list) or not all(_is_word(word, duration_s) for word in given):
        problems.append("words: expected a list of [word, start_s, end_s] within the call")
    if not given and text is None:
        problems.append("neither text nor words")
    return problems


def _is_text(value: object) -> TypeGuard[str]:
    """Text that can be stored: JSON lets half a surrogate pair through, UTF-8 does not."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_time(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6


def _is_word(word: object, duration_s: float) -> bool:
    if not isinstance(word, list) or len(word) != 3 or not _is_text(word[0]):
        return False
    start, end = word[1], word[2]
    return _is_time(start) and _is_time(end) and start <= end <= duration_s + 1.0


def _are_spans(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(span, list) and len(span) == 2 and all(_is_time(t) for t in span)
        and span[0] <= span[1]
        for span in value
    )  # fmt: skip
