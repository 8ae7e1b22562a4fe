"""One call through the whole register: values, reasons for the missing ones, and moments."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipeline.audio.second_opinion import LEAST_CONFIDENCE
from pipeline.audio.tracks import DEAD_CHANNEL
from pipeline.behaviours.call import Call
from pipeline.behaviours.classifier import weights_version
from pipeline.behaviours.language import languages, pack
from pipeline.behaviours.own import own_version
from pipeline.behaviours.phrases import MissingCueError
from pipeline.behaviours.register import (
    FAILED,
    NOT_FINITE,
    Behaviour,
    Measure,
    Moment,
    registered,
    unknown,
)
from pipeline.columns import NUMBER, SIDES
from pipeline.contracts import Column, Table
from pipeline.tables import BEHAVIOURS

MIN_SECONDS = 4.0
MIN_WORDS = 10
MIN_CONFIDENCE = 0.6
"""Mean word probability below which words prove nothing: a model out of its depth is below it."""
LEAST_TIMED = 0.9
"""Share of a transcript's words with times of their own, for its silences to be known."""


@dataclass(frozen=True)
class Measured:
    """What one call gave: value or reason per behaviour, and the moments behind the values."""

    call_id: str
    values: dict[str, float]
    unknown: dict[str, str]
    moments: dict[str, tuple[Moment, ...]]
    why_not_eligible: str | None
    sides_confidence: float | None = None
    words_confidence: Mapping[str, float] = field(default_factory=dict)


def behaviours_table() -> Table:
    """The BEHAVIOURS contract with one column per registered behaviour."""
    columns = [Column(b.name, NUMBER, f"{b.summary} [{b.unit}]", nullable=True)
               for b in registered()]  # fmt: skip
    return BEHAVIOURS.with_columns(columns)


def register_version() -> str:
    """Changes when a definition's version, a word pack or the set of behaviours does."""
    parts = [f"{b.name}:{b.version}" for b in registered()]
    parts.append(own_version())
    for language in sorted(languages()):
        parts += [language, pack(language).version(), weights_version(language)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def why_not_eligible(call: Call) -> str | None:
    """Why nothing of the call's sound can be judged, or None (Zendesk's and NICE's exclusions)."""
    if call.why_not_eligible:
        return call.why_not_eligible
    if call.duration_s <= MIN_SECONDS:
        return f"the call lasts at most {MIN_SECONDS:g} s"
    if call.unsided and call.mono_because == DEAD_CHANNEL:
        return "one channel is dead, and the other does not tell two voices"
    if call.mono or call.unsided:
        return None if call.speech else "nobody speaks"
    silent = [side for side in ("agent", "customer") if not getattr(call, side)]
    if silent:
        return f"no speech of the {' and the '.join(silent)}"
    return None


def why_no_words(call: Call) -> str | None:
    """Why nothing of the call's words can be judged, or None."""
    if call.language not in languages():
        return f"no word pack for language {call.language!r}"
    if len(call.words) < MIN_WORDS:
        return f"fewer than {MIN_WORDS} words"
    confidence = sum(word.probability for word in call.words) / len(call.words)
    if confidence < MIN_CONFIDENCE:
        return f"transcript confidence is below {MIN_CONFIDENCE:.0%}"
    return None


def why_no_sides(call: Call) -> str | None:
    """Why nothing can be told of the agent or the customer alone, or None."""
    if call.unsided and not call.heard:
        return "who speaks is not known: neither the transcript nor its words tell it"
    if call.unsided:
        return "who speaks is not known: one channel, and voices or words that do not tell them"
    if call.sides == "doubtful":
        return "it is doubtful which side is the agent"
    return None


def why_no_timing(call: Call) -> str | None:
    """Why speech and silence cannot be told apart, on the line or in a transcript, or None."""
    if not call.heard and call.timing_confidence is not None and (
        call.timing_confidence < LEAST_TIMED
    ):  # fmt: skip
        return "the transcript has times of turns, not of words: pauses in them are not known"
    if call.timing_confidence is None or call.timing_confidence >= LEAST_CONFIDENCE:
        return None
    return "the line is too poor: two detectors of speech do not agree on it"


def measure_call(call: Call) -> Measured:
    """Every per-call behaviour of the register; those of the whole log are measured elsewhere."""
    barred = {
        "call": why_not_eligible(call),
        "sides": why_no_sides(call),
        "sound": why_no_timing(call),
        "words": why_no_words(call),
    }
    measures = {b.name: _measure(b, call, barred) for b in registered() if b.measure is not None}
    return Measured(
        call_id=call.call_id,
        values={n: m.value for n, m in measures.items() if m.value is not None},
        unknown={n: m.why_unknown for n, m in measures.items() if m.why_unknown is not None},
        moments={n: tuple(m.moments) for n, m in measures.items() if m.moments},
        why_not_eligible=barred["call"],
        sides_confidence=call.sides_confidence,
        words_confidence=_words_confidence(call),
    )


def _words_confidence(call: Call) -> dict[str, float]:
    """Mean probability of each side's words: the weight of every behaviour told from them."""
    said = {
        side: [word.probability for turn in call.turns if turn.side == side for word in turn.words]
        for side in ("agent", "customer")
    }
    return {side: sum(own) / len(own) for side, own in said.items() if own}


def _measure(behaviour: Behaviour, call: Call, barred: dict[str, str | None]) -> Measure:
    assert behaviour.measure is not None
    if behaviour.from_log:
        return _own(behaviour, call) if behaviour.own else behaviour.measure(call)
    needs = {
        "call": True,
        "sides": behaviour.sided,
        "sound": behaviour.from_sound,
        "words": behaviour.from_words,
    }
    why = next((barred[part] for part, needed in needs.items() if needed and barred[part]), None)
    if why is None and behaviour.two_channels and call.mono:
        why = "mono recording: of two who speak at once one is heard"
    if why is not None:
        return unknown(why)
    try:
        measure = _own(behaviour, call) if behaviour.own else behaviour.measure(call)
    except MissingCueError as error:
        return unknown(str(error))
    return _discounted(measure, call) if behaviour.sided and call.mono else measure


def _own(behaviour: Behaviour, call: Call) -> Measure:
    """A behaviour of the user's own, which may fail in some call: the night goes on without it.

    Only the kind of the error is told: its message may have words of the call.
    """
    assert behaviour.measure is not None
    try:
        return _checked(behaviour.measure(call), call)
    except MissingCueError as error:
        return unknown(str(error))
    except (Exception, SystemExit) as error:
        return unknown(FAILED.format(type(error).__name__))


def _checked(measure: Measure, call: Call) -> Measure:
    """What is in it has the types and the times that MOMENTS and BEHAVIOURS promise."""
    if measure.value is None:
        return unknown(str(measure.why_unknown))
    value = float(measure.value)
    if not math.isfinite(value):
        return unknown(NOT_FINITE)
    moments = [_typed(moment) for moment in measure.moments]
    if not all(_is_in(moment, call) for moment in moments):
        return unknown("the behaviour gave a moment that does not lie in the call")
    return Measure(value, [replace(m, end_s=min(m.end_s, call.duration_s)) for m in moments])


def _typed(moment: Moment) -> Moment:
    sure = None if moment.confidence is None else float(moment.confidence)
    return Moment(
        str(moment.kind), str(moment.side), float(moment.start_s), float(moment.end_s),
        None if moment.quote is None else str(moment.quote),
        None if sure is None or math.isnan(sure) else min(max(sure, 0.0), 1.0),
    )  # fmt: skip


def _is_in(moment: Moment, call: Call) -> bool:
    in_time = 0 <= moment.start_s <= min(moment.end_s, call.duration_s)
    return moment.side in SIDES and in_time and math.isfinite(moment.end_s)


def _discounted(measure: Measure, call: Call) -> Measure:
    """Moments whose side is only as sure as the speakers of a mono recording are told apart."""
    sure = 1.0 if call.sides_confidence is None else call.sides_confidence
    moments = [replace(m, confidence=sure * _sure(m)) for m in measure.moments]
    return replace(measure, moments=moments)


def _sure(moment: Moment) -> float:
    return 1.0 if moment.confidence is None else moment.confidence
