"""Sides: which channel, or which voice of a mono recording, is the agent; and the transcript."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any

import pandas as pd

from pipeline.audio.diarise import Diarised
from pipeline.audio.listening import Heard, Trace
from pipeline.behaviours.call import Word
from pipeline.spans import Span, merged, overlap
from pipeline.speech.roles import Roles, roles_of_channels, roles_of_speakers
from pipeline.speech.transcript import Facts, Speaking, Transcript, make_transcript
from pipeline.speech.voices import VoiceEmotion, with_voices

MIN_SPEAKERS_CONFIDENCE = 0.5
"""Below it the voices of a mono recording are not told apart: its speech has no sides."""

AGENT, CUSTOMER, UNKNOWN = "agent", "customer", "unknown"

Said = Mapping[int, Sequence[Word]]
"""Words by the recording's channel, sorted by start."""


@dataclass(frozen=True)
class _Sided:
    """Speech and words by side, and how it is known whose they are."""

    speech: Mapping[str, tuple[Span, ...]]
    words: Mapping[str, Sequence[Word]]
    how: str
    confidence: float | None
    agent_channel: int | None
    speakers: tuple[Speaking, ...] = ()


def heard_transcript(
    call_id: str,
    trace: Trace,
    heard: Heard,
    words: Said,
    *,
    agent_channel: int,
    language: str,
    logged_hold_s: float | None,
    dropped: Iterable[str],
    told_agent: int | None = None,
    language_confidence: float | None = None,
    names: Sequence[str] = (),
    voice_emotion: VoiceEmotion = "off",
) -> Transcript:
    """One recorded call's transcript: sides by configuration and words, then turns, hold, voices.

    `agent_channel` is the configured one. Without telling words it stands; against clear ones it
    does not. The voices of a mono recording become sides when they are well apart and their words
    tell who is who; else all speech has the side unknown. `told_agent` is the channel, or the voice
    of a mono recording, that an imported transcript says is the agent: it goes before both.
    """
    if len(trace.numbers) == 2:
        sided = _sides_of_channels(heard, words, agent_channel, told_agent, language)
    else:
        sided = _sides_of_voices(trace, heard, words[trace.numbers[0]], told_agent, language)
    ratios = [snr for snr in heard.quality.snr_db if snr is not None]
    made = make_transcript(
        call_id,
        "recording",
        trace.duration_s,
        words=sided.words,
        language=language,
        speech=sided.speech,
        music=heard.hold,
        logged_hold_s=logged_hold_s,
        facts=Facts(
            channels=len(trace.numbers),
            mono_because=trace.mono_because,
            snr_db=min(ratios, default=None),
            room=heard.quality.room,
            timing_confidence=heard.timing_confidence,
            sides=sided.how,
            sides_confidence=sided.confidence,
            agent_channel=sided.agent_channel,
            language_confidence=language_confidence,
            speakers=sided.speakers,
        ),
        dropped=dropped,
        names=names,
    )
    return with_voices(made, trace, voice_emotion)


def _sides_of_channels(
    heard: Heard, words: Said, agent_channel: int, told_agent: int | None, language: str
) -> _Sided:
    agent = agent_channel if told_agent is None else told_agent
    customer = 1 - agent
    roles = roles_of_channels({AGENT: words[agent], CUSTOMER: words[customer]}, language=language)
    if roles.how == "swapped":
        agent, customer = customer, agent
    return _Sided(
        {AGENT: heard.speech[agent], CUSTOMER: heard.speech[customer]},
        {AGENT: words[agent], CUSTOMER: words[customer]},
        _how(roles, told_agent),
        roles.confidence,
        agent,
    )


def _how(roles: Roles, told_agent: int | None) -> str:
    imported = told_agent is not None and roles.how == "as configured"
    return "as imported" if imported else roles.how


def _roles_of_voices(
    said: Sequence[Sequence[Word]], told_agent: int | None, language: str
) -> tuple[int, Roles]:
    """Which voice is the agent's: as told, unless the words are clearly against it, or by them."""
    if told_agent is None:
        roles = roles_of_speakers({"0": said[0], "1": said[1]}, language=language)
        return int(roles.order[0]), roles
    told = {AGENT: said[told_agent], CUSTOMER: said[1 - told_agent]}
    roles = roles_of_channels(told, language=language)
    return 1 - told_agent if roles.how == "swapped" else told_agent, roles


def _sides_of_voices(
    trace: Trace, heard: Heard, words: Sequence[Word], told_agent: int | None, language: str
) -> _Sided:
    (speech,) = heard.speech
    apart = trace.speakers
    if apart is None or apart.confidence < MIN_SPEAKERS_CONFIDENCE:
        return _unknown(speech, words, None if apart is None else apart.confidence)
    own = [_territory(apart, speaker) for speaker in (0, 1)]
    said = [[word for word in words if _in(territory, word)] for territory in own]
    agent, roles = _roles_of_voices(said, told_agent, language)
    if roles.how == "doubtful":
        return _unknown(speech, words, apart.confidence)
    names = {agent: AGENT, 1 - agent: CUSTOMER}
    return _Sided(
        {names[speaker]: overlap(speech, own[speaker]) for speaker in (0, 1)},
        {names[speaker]: said[speaker] for speaker in (0, 1)},
        _how(roles, told_agent),
        apart.confidence * (roles.confidence or 1.0),
        agent,
        tuple(
            Speaking(names[one.speaker], (one.start_s, one.end_s), one.confidence)
            for one in apart.segments
        ),
    )


def _unknown(speech: tuple[Span, ...], words: Sequence[Word], confidence: float | None) -> _Sided:
    return _Sided({UNKNOWN: speech}, {UNKNOWN: words}, "unknown", confidence, None)


def _territory(apart: Diarised, speaker: int) -> tuple[Span, ...]:
    """The time that is nearer to the speaker's segments than to the other's, from end to end."""
    segments = sorted(apart.segments, key=lambda one: one.start_s)
    borders = [(one.end_s + after.start_s) / 2 for one, after in pairwise(segments)]
    edges = [0.0, *borders, float("inf")]
    return merged(
        span for one, span in zip(segments, pairwise(edges), strict=True) if one.speaker == speaker
    )


def _in(territory: Sequence[Span], word: Word) -> bool:
    middle = (word.start_s + word.end_s) / 2
    place = bisect_right(territory, middle, key=itemgetter(0)) - 1
    return place >= 0 and middle < territory[place][1]


@dataclass(frozen=True)
class Stored:
    """What was recognised in a call once: words by channel, what was not believed, the language.

    `told_agent` as an imported transcript had it.
    """

    words: Said
    dropped: tuple[str, ...]
    told_agent: int | None
    language: str | None
    language_confidence: float | None


def stored_words(
    activity: pd.DataFrame, turns: pd.DataFrame, traces: Mapping[str, Trace]
) -> dict[str, Stored]:
    """Rows of ACTIVITY and TURNS back to words by channel, for the calls in `traces`."""
    said = {call_id: rows.to_dict("records") for call_id, rows in turns.groupby("call_id")}
    return {
        row["call_id"]: Stored(
            _by_channel(said.get(row["call_id"], []), traces[row["call_id"]].numbers),
            tuple(row["dropped"]),
            int(row["agent_channel"]) if row["sides"] == "as imported" else None,
            row["language"] if isinstance(row["language"], str) else None,
            None if pd.isna(row["language_confidence"]) else row["language_confidence"],
        )
        for row in activity.to_dict("records")
        if row["call_id"] in traces
    }


def _by_channel(turns: Iterable[Mapping[Any, Any]], numbers: tuple[int, ...]) -> Said:
    words: dict[int, list[Word]] = {number: [] for number in numbers}
    for turn in turns:
        own = [
            Word(word["word"], word["start_s"], word["end_s"], word["probability"])
            for word in turn["words"]
        ]
        words[numbers[0] if len(numbers) == 1 else int(turn["channel"])] += own
    return {number: sorted(own, key=lambda word: word.start_s) for number, own in words.items()}
