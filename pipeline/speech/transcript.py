"""A transcript: one call's speech, hold, turns and words, heard or read, redacted; and its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.behaviours.call import Call, Turn, Word
from pipeline.behaviours.hold import announced_hold
from pipeline.privacy import redact
from pipeline.spans import Span, merged
from pipeline.speech.turns import turns
from pipeline.tables import ACTIVITY, TURNS

WORD_GAP_S = 0.25
"""Words at most this far apart are one stretch of speech, as in voice activity."""

WORD_S = 0.05
"""A word takes at least this long: some recognisers let the last one end where it starts."""


@dataclass(frozen=True)
class Hold:
    """A stretch on hold; estimated when it was announced and not logged."""

    span: Span
    estimated: bool


@dataclass(frozen=True)
class Transcript:
    """What is kept of a call. `speech` has the keys agent and customer, or unknown for mono."""

    call_id: str
    source: str
    duration_s: float
    speech: Mapping[str, Sequence[Span]]
    turns: tuple[Turn, ...]
    hold: tuple[Hold, ...] = ()
    snr_db: float | None = None
    dropped: tuple[str, ...] = ()

    @property
    def channels(self) -> int:
        """2, or 1 when the sides are not known."""
        return 1 if "unknown" in self.speech else 2


def make_transcript(
    call_id: str,
    source: str,
    duration_s: float,
    *,
    words: Mapping[str, Sequence[Word]],
    language: str,
    speech: Mapping[str, Sequence[Span]] | None = None,
    hold: Sequence[Span] | None = None,
    find_hold: bool = True,
    snr_db: float | None = None,
    dropped: Iterable[str] = (),
) -> Transcript:
    """Redact the words, put them into turns, and find what was announced as hold.

    `words` and `speech` by side. Without `speech` (a transcript without sound) the words' own times
    stand in for voice activity. With `hold` (the telephone system's) nothing is estimated;
    `find_hold` is False when the call log says that there was none.
    """
    clean = {side: redact(said) for side, said in words.items()}
    if speech is None:
        # not of `clean`: a number over two turns becomes one word that bridges the pause between
        speech = {side: spans_of(said) for side, said in words.items()}
    said_turns = turns(speech, clean)
    holds = tuple(Hold(span, False) for span in merged(hold or ()))
    if hold is None and find_hold:
        call = Call(
            call_id,
            duration_s,
            agent=tuple(speech.get("agent", ())),
            customer=tuple(speech.get("customer", ())),
            unsided=tuple(speech.get("unknown", ())),
            turns=said_turns,
            language=language,
        )
        holds = tuple(Hold(span, True) for span in announced_hold(call))
    return Transcript(
        call_id, source, duration_s, speech, said_turns, holds, snr_db, tuple(sorted(dropped))
    )


def spans_of(words: Sequence[Word]) -> tuple[Span, ...]:
    """Stretches of speech as the words' times tell them."""
    return merged(((w.start_s, max(w.end_s, w.start_s + WORD_S)) for w in words), WORD_GAP_S)


def activity_row(transcript: Transcript, call_date: date, version: str) -> dict[str, object]:
    """The call's row in ACTIVITY."""
    return {
        "call_id": transcript.call_id,
        "call_date": call_date,
        "version": version,
        "source": transcript.source,
        "duration_s": transcript.duration_s,
        "channels": transcript.channels,
        "speech": [
            {"side": side, "start_s": start, "end_s": end}
            for side, spans in sorted(transcript.speech.items())
            for start, end in spans
        ],
        "hold": [
            {"start_s": hold.span[0], "end_s": hold.span[1], "estimated": hold.estimated}
            for hold in transcript.hold
        ],
        "snr_db": transcript.snr_db,
        "dropped": list(transcript.dropped),
    }


def turn_rows(transcript: Transcript, call_date: date) -> list[dict[str, object]]:
    """The call's rows in TURNS."""
    return [
        {
            "call_id": transcript.call_id,
            "call_date": call_date,
            "turn": number,
            "side": turn.side,
            "start_s": turn.start_s,
            "end_s": turn.end_s,
            "text": turn.text,
            "words": [_word_row(word) for word in turn.words],
            "confidence": _confidence(turn),
            "backchannel": turn.backchannel,
        }
        for number, turn in enumerate(transcript.turns)
    ]


def _word_row(word: Word) -> dict[str, object]:
    return {
        "word": word.text,
        "start_s": word.start_s,
        "end_s": word.end_s,
        "probability": word.probability,
    }


def _confidence(turn: Turn) -> float | None:
    if not turn.words:
        return None
    return sum(word.probability for word in turn.words) / len(turn.words)


def frames(
    transcripts: Sequence[Transcript], dates: Mapping[str, date], versions: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """ACTIVITY and TURNS of many calls."""
    activity = [activity_row(t, dates[t.call_id], versions[t.call_id]) for t in transcripts]
    said = [row for t in transcripts for row in turn_rows(t, dates[t.call_id])]
    return (
        pd.DataFrame(activity, columns=ACTIVITY.names),
        pd.DataFrame(said, columns=TURNS.names),
    )
