"""Hold that no telephone system logged: a silence that the agent announced, or thanked for."""

from pipeline.behaviours.call import Call
from pipeline.behaviours.language import languages
from pipeline.behaviours.phrases import found
from pipeline.behaviours.timing import SILENCE_S, silences
from pipeline.spans import Span

ANNOUNCED_S = 10.0
THANKED_S = 5.0


def announced_hold(call: Call) -> tuple[Span, ...]:
    """Silences with "please hold" at most 10 s before or "thanks for holding" at most 5 s after.

    Distances run from the end of the announcement, and to the start of the thanks. Empty for a
    language without a word pack.
    """
    if call.language not in languages():
        return ()
    announced = [moment.end_s for moment in found(call, "hold_start")]
    thanked = [moment.start_s for moment in found(call, "hold_end")]
    return tuple(
        (start, end)
        for start, end in silences(call, SILENCE_S)
        if any(0 <= start - said <= ANNOUNCED_S for said in announced)
        or any(0 <= said - end <= THANKED_S for said in thanked)
    )
