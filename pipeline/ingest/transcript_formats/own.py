"""Our own format: a JSON object with sides and seconds, strictly checked.

`{"call_id", "duration_s", "channels", "language", "turns": [{"side", "start_s", "end_s", "text",
"words": [[word, start_s, end_s], …]}, …], "hold": [[start_s, end_s], …]}`. `hold` is what the
telephone system logged; without it hold is estimated.
"""

from typing import Any, TypeGuard

from pipeline.ingest.refusals import quoted
from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import LONGEST_S, check_count, language

SIDES = ("agent", "customer", "unknown")
MOST_PROBLEMS = 10


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether it names its call, and its turns or its length."""
    return (
        isinstance(value, dict) and "call_id" in value and bool({"turns", "duration_s"} & {*value})
    )


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document; raises ValueError with every way in which it is none."""
    problems = _problems(value)
    if problems:
        raise ValueError("; ".join(problems[:MOST_PROBLEMS]))
    channels, hold = value.get("channels", 2), value.get("hold")
    return Document(
        "Attune",
        tuple(_turn(turn, sided=channels == 2) for turn in value["turns"]),
        channels=channels,
        duration_s=float(value["duration_s"]),
        language=language(value.get("language")),
        call_ids=(value["call_id"],),
        hold=None if hold is None else tuple((float(a), float(b)) for a, b in hold),
        trusted=True,
    )


def _turn(turn: dict[str, Any], *, sided: bool) -> Said:
    words = tuple(SaidWord(word, float(a), float(b)) for word, a, b in turn.get("words") or ())
    told = turn["side"] if sided and turn["side"] != "unknown" else None
    return Said(
        turn.get("text") or " ".join(word.text for word in words),
        float(turn["start_s"]),
        float(turn["end_s"]),
        words,
        side=told,
    )


def _problems(value: object) -> list[str]:
    if not isinstance(value, dict):
        return [f"got {type(value).__name__}, expected an object"]
    given = value.get("duration_s")
    duration = float(given) if _is_time(given) else float("inf")
    problems = [] if _is_time(given) else [f"duration_s: got {quoted(given)}, expected seconds"]
    if not _is_text(value.get("call_id")):
        problems.append("call_id: expected text")
    if not _is_count(value.get("channels", 2)):
        problems.append(f"channels: got {quoted(value['channels'])}, expected 1 or 2")
    if value.get("language") and not language(value["language"]):
        problems.append(f"language: got {quoted(value['language'])}, expected a code such as 'en'")
    hold = value.get("hold")
    if hold is not None and not _are_spans(hold, duration):
        problems.append("hold: expected a list of [start_s, end_s] within the call")
    turns = value.get("turns")
    if not isinstance(turns, list):
        return [*problems, f"turns: got {type(turns).__name__}, expected a list"]
    check_count(len(turns), "turns")
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
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LONGEST_S


def _is_count(value: object) -> bool:
    """1 or 2; true and 2.0 are neither."""
    return type(value) is int and value in (1, 2)


def _is_word(word: object, duration_s: float) -> bool:
    if not isinstance(word, list) or len(word) != 3 or not _is_text(word[0]):
        return False
    start, end = word[1], word[2]
    return _is_time(start) and _is_time(end) and start <= end <= duration_s + 1.0


def _are_spans(value: object, duration_s: float) -> bool:
    return isinstance(value, list) and all(
        isinstance(span, list) and len(span) == 2 and all(_is_time(t) for t in span)
        and span[0] <= span[1] <= duration_s + 1.0
        for span in value
    )  # fmt: skip
