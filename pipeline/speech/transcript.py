"""A transcript: one call's speech, hold, turns and words, heard or read, redacted; and its rows."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date

import pandas as pd

from pipeline.behaviours.call import Call, Turn, Voice, Word
from pipeline.behaviours.hold import announced_hold, logged_hold
from pipeline.privacy.redaction import redact_call
from pipeline.spans import Span, merged
from pipeline.speech.turns import turns
from pipeline.tables import ACTIVITY, TURNS

WORD_GAP_S = 0.25
"""Words at most this far apart are one stretch of speech, as in voice activity."""

WORD_S = 0.05
"""A word takes at least this long: some recognisers let the last one end where it starts."""


MUSIC, ANNOUNCED, LOGGED, TELEPHONY = "music", "announced", "logged", "telephony"
"""How a hold is known."""

NO_SOUND = "the transcript has no sound"
"""Why nothing is known of the voices in it."""


@dataclass(frozen=True)
class Hold:
    """A stretch on hold, and how it is known; estimated unless telephony said so."""

    span: Span
    how: str

    @property
    def estimated(self) -> bool:
        """Whether it was found in sound or words, not logged."""
        return self.how != TELEPHONY


@dataclass(frozen=True)
class Speaking:
    """A stretch of a mono recording that was given to a side, and how surely (0–1)."""

    side: str
    span: Span
    confidence: float


@dataclass(frozen=True)
class Facts:
    """What the sound tells of a call beside its speech: the columns of ACTIVITY, and `speakers`.

    The defaults are those of a transcript without sound. `speakers` are sorted and disjoint.
    """

    channels: int = 2
    mono_because: str | None = None
    snr_db: float | None = None
    room: bool | None = None
    timing_confidence: float | None = None
    sides: str = "as imported"
    sides_confidence: float | None = None
    agent_channel: int | None = None
    language_confidence: float | None = None
    speakers: tuple[Speaking, ...] = ()


@dataclass(frozen=True)
class Transcript:
    """What is kept of a call. `speech` has the keys agent and customer, or unknown alone.

    `voices` by side, and None without sound; `no_arousal` says why no turn has an arousal.
    """

    call_id: str
    source: str
    duration_s: float
    speech: Mapping[str, Sequence[Span]]
    turns: tuple[Turn, ...]
    language: str = "en"
    hold: tuple[Hold, ...] = ()
    facts: Facts = field(default_factory=Facts)
    dropped: tuple[str, ...] = ()
    voices: Mapping[str, Voice] | None = None
    no_arousal: str | None = NO_SOUND

    @property
    def words(self) -> dict[str, list[Word]]:
        """The redacted words by side, in order."""
        return {
            side: [word for turn in self.turns if turn.side == side for word in turn.words]
            for side in self.speech
        }


def make_transcript(
    call_id: str,
    source: str,
    duration_s: float,
    *,
    words: Mapping[str, Sequence[Word]],
    language: str,
    speech: Mapping[str, Sequence[Span]] | None = None,
    hold: Sequence[Span] | None = None,
    music: Sequence[Span] = (),
    logged_hold_s: float | None = None,
    facts: Facts | None = None,
    dropped: Iterable[str] = (),
    names: Sequence[str] = (),
) -> Transcript:
    """Redact the words, put them into turns, and find what was announced as hold.

    `names` are those that the call log knows for the people of the call. `words` and `speech` by
    side. Without `speech` (a transcript without sound) the words' own times stand in for voice
    activity. With `hold` (the telephone system's) nothing is estimated. `music` is hold that was
    heard. `logged_hold_s` is the call log's: when it is 0 no announcement is taken for one; what is
    left of it beside music and announcements is in the longest silences.
    """
    clean = redact_call(words, language=language, names=names)
    if speech is None:
        # not of `clean`: a placeholder bridges the short pauses in what it stands for
        speech = {side: spans_of(said) for side, said in words.items()}
    said_turns = turns(speech, clean)
    holds = [Hold(span, TELEPHONY) for span in merged(hold or ())]
    if hold is None:
        holds += [Hold(span, MUSIC) for span in merged(music)]
    if hold is None and logged_hold_s != 0:
        call = Call(
            call_id,
            duration_s,
            agent=tuple(speech.get("agent", ())),
            customer=tuple(speech.get("customer", ())),
            unsided=tuple(speech.get("unknown", ())),
            hold=tuple(one.span for one in holds),
            turns=said_turns,
            language=language,
        )
        holds += [Hold(span, ANNOUNCED) for span in announced_hold(call)]
        call = replace(call, hold=tuple(one.span for one in holds))
        holds += [Hold(span, LOGGED) for span in logged_hold(call, logged_hold_s or 0.0)]
    facts = facts or Facts(channels=1 if "unknown" in speech else 2)
    held = tuple(sorted(holds, key=lambda one: one.span))
    return Transcript(
        call_id, source, duration_s, speech, said_turns, language, held, facts,
        tuple(sorted(dropped)),
    )  # fmt: skip


def spans_of(words: Sequence[Word]) -> tuple[Span, ...]:
    """Stretches of speech as the words' times tell them."""
    return merged(((w.start_s, max(w.end_s, w.start_s + WORD_S)) for w in words), WORD_GAP_S)


def activity_row(transcript: Transcript, call_date: date, version: str) -> dict[str, object]:
    """The call's row in ACTIVITY."""
    facts = transcript.facts
    return {
        "call_id": transcript.call_id,
        "call_date": call_date,
        "version": version,
        "source": transcript.source,
        "duration_s": transcript.duration_s,
        "channels": facts.channels,
        "mono_because": facts.mono_because,
        "speech": [
            {"side": side, "start_s": start, "end_s": end}
            for side, spans in sorted(transcript.speech.items())
            for start, end in spans
        ],
        "hold": [
            {
                "start_s": hold.span[0],
                "end_s": hold.span[1],
                "estimated": hold.estimated,
                "how": hold.how,
            }
            for hold in transcript.hold
        ],
        "snr_db": facts.snr_db,
        "room": facts.room,
        "timing_confidence": facts.timing_confidence,
        "sides": "unknown" if "unknown" in transcript.speech else facts.sides,
        "sides_confidence": facts.sides_confidence,
        "agent_channel": facts.agent_channel,
        "language": transcript.language,
        "language_confidence": facts.language_confidence,
        "voices": _voice_rows(transcript),
        "no_arousal": transcript.no_arousal,
        "dropped": list(transcript.dropped),
    }


def _voice_rows(transcript: Transcript) -> list[dict[str, object]] | None:
    if transcript.voices is None:
        return None
    return [{"side": side, **asdict(voice)} for side, voice in sorted(transcript.voices.items())]


def turn_rows(transcript: Transcript, call_date: date) -> list[dict[str, object]]:
    """The call's rows in TURNS."""
    return [
        {
            "call_id": transcript.call_id,
            "call_date": call_date,
            "turn": number,
            "side": turn.side,
            "channel": channel_of(turn.side, transcript.facts),
            "start_s": turn.start_s,
            "end_s": turn.end_s,
            "text": turn.text,
            "words": [_word_row(word) for word in turn.words],
            "confidence": _confidence(turn),
            "side_confidence": _side_confidence(turn, transcript.facts),
            "backchannel": turn.backchannel,
            "level_dbfs": turn.level_dbfs,
            "arousal": turn.arousal,
        }
        for number, turn in enumerate(transcript.turns)
    ]


def channel_of(side: str, facts: Facts) -> int | None:
    """The recording's channel of a side, from 0; None where the sides share one or are unknown."""
    if facts.channels == 1 or facts.agent_channel is None:
        return None
    return facts.agent_channel if side == "agent" else 1 - facts.agent_channel


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


def _side_confidence(turn: Turn, facts: Facts) -> float | None:
    """How surely the turn is its side's: 1 on a channel of its own, else by the voices in it.

    A stretch of the other voice inside the turn counts as nothing for it.
    """
    if facts.channels == 2:
        return None if facts.agent_channel is None else 1.0
    first = bisect_right(facts.speakers, turn.start_s, key=lambda one: one.span[1])
    last = bisect_left(facts.speakers, turn.end_s, key=lambda one: one.span[0])
    parts = [(one, _common_s(one.span, turn)) for one in facts.speakers[first:last]]
    everyone = sum(length for _, length in parts)
    if not everyone:
        return None
    return sum(one.confidence * length for one, length in parts if one.side == turn.side) / everyone


def _common_s(span: Span, turn: Turn) -> float:
    return min(span[1], turn.end_s) - max(span[0], turn.start_s)


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
