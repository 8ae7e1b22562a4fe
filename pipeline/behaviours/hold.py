"""Hold that nobody heard: a silence that was announced, or thanked for, or that the log knows."""

from pipeline.behaviours.call import Call
from pipeline.behaviours.conversation import held
from pipeline.behaviours.language import languages, pack
from pipeline.behaviours.phrases import found
from pipeline.behaviours.timing import DEAD_AIR_S, SILENCE_S, silences
from pipeline.spans import Span, merged, seconds

ANNOUNCED_S = 10.0
THANKED_S = 5.0
LOGGED_SLACK_S = 5.0
HOLD_CUES = HOLD_START, HOLD_END = "hold_start", "hold_end"


def announced_hold(call: Call) -> tuple[Span, ...]:
    """Silences with "please hold" at most 10 s before or "thanks for holding" at most 5 s after.

    Distances run from the end of the announcement, and to the start of the thanks. Empty for a
    language without these cues.
    """
    if call.language not in languages() or not pack(call.language).cues.keys() >= {*HOLD_CUES}:
        return ()
    announced = [moment.end_s for moment in found(call, HOLD_START)]
    thanked = [moment.start_s for moment in found(call, HOLD_END)]
    return tuple(
        (start, end)
        for start, end in silences(call, SILENCE_S)
        if any(0 <= start - said <= ANNOUNCED_S for said in announced)
        or any(0 <= said - end <= THANKED_S for said in thanked)
    )


def logged_hold(call: Call, logged_s: float) -> tuple[Span, ...]:
    """The silences in which lies what the log has beyond `call.hold`: the longest that fit into it.

    A silence may be 5 s longer than what is left, for agents take their time to come back. Less
    than 5 s left are the edges of the hold that was found, and no further one. Without this, a
    silent hold would be counted twice: by the log, and as dead air.
    """
    left_s = logged_s - seconds(held(call))
    found = []
    for start, end in sorted(silences(call, DEAD_AIR_S), key=lambda span: span[0] - span[1]):
        if end - start <= left_s + LOGGED_SLACK_S and left_s >= DEAD_AIR_S:
            found.append((start, end))
            left_s -= end - start
    return merged(found)
