"""Voices: how each side of a call sounds, from its tracks; and a customer's arousal where asked.

**The law.** See `pipeline.audio.arousal`: nothing here can give an agent's turn an arousal. Where
the customer has no channel of their own, or it is not sure whose it is, an agent's voice could be
among theirs, so there is none at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from pipeline.audio.arousal import (
    alone,
    arousal,
    levels_dbfs,
    loudness_variation_db,
    pitch_variation_semitones,
)
from pipeline.audio.listening import Trace
from pipeline.audio.second_opinion import LEAST_CONFIDENCE
from pipeline.audio.tracks import Tracks
from pipeline.behaviours.call import Turn, Voice
from pipeline.spans import Span, merged, without
from pipeline.speech.transcript import Transcript, channel_of

VoiceEmotion = Literal["off", "customer"]
"""Whose arousal is measured. There is no setting for agents, nor may there be one."""

OFF = "voice_emotion is off"


def with_voices(transcript: Transcript, trace: Trace, voice_emotion: VoiceEmotion) -> Transcript:
    """The transcript of a recording with its voices, outside hold: of sides, turns and customer.

    `voices` has no entry where the sides are not known. A trace without channels tells nothing.
    """
    if not trace.channels:
        return transcript
    hold = merged(one.span for one in transcript.hold)
    speech = {side: without(spans, hold) for side, spans in transcript.speech.items()}
    tracks = {
        side: alone(trace.channels[channel_of(side, transcript.facts) or 0], spans)
        for side, spans in speech.items()
    }
    scores, why = _arousal(transcript, tracks, voice_emotion)
    levels = _levels(transcript.turns, tracks)
    return replace(
        transcript,
        turns=tuple(
            replace(turn, level_dbfs=levels[number], arousal=scores.get(number))
            for number, turn in enumerate(transcript.turns)
        ),
        voices={side: _voice(tracks[side], speech[side]) for side in speech if side != "unknown"},
        no_arousal=why,
    )


def _voice(tracks: Tracks, speech: Sequence[Span]) -> Voice:
    return Voice(
        pitch_variation_semitones(tracks, speech),
        loudness_variation_db(tracks, speech),
    )


def _levels(turns: Sequence[Turn], tracks: Mapping[str, Tracks]) -> dict[int, float | None]:
    """By the turn's number."""
    found: dict[int, float | None] = {}
    for side, own in tracks.items():
        numbers = [number for number, turn in enumerate(turns) if turn.side == side]
        found |= zip(numbers, levels_dbfs(own, _spans(turns, numbers)), strict=True)
    return found


def _arousal(
    transcript: Transcript, tracks: Mapping[str, Tracks], voice_emotion: VoiceEmotion
) -> tuple[dict[int, float | None], str | None]:
    """Scores by the number of the customer's turns; without any, why."""
    why = _why_none(transcript, voice_emotion)
    if why is not None:
        return {}, why
    turns = transcript.turns
    numbers = [number for number, turn in enumerate(turns)
               if turn.side == "customer" and not turn.backchannel]  # fmt: skip
    found = arousal(tracks["customer"], _spans(turns, numbers))
    return dict(zip(numbers, found.scores, strict=True)), found.why_unknown


def _why_none(transcript: Transcript, voice_emotion: VoiceEmotion) -> str | None:
    facts = transcript.facts
    if voice_emotion != "customer":
        return OFF
    if "unknown" in transcript.speech:
        return "who speaks is not known"
    if facts.sides == "doubtful":
        return "it is doubtful which side is the customer"
    if facts.channels == 1:
        return "the customer has no channel of their own"
    if facts.timing_confidence is not None and facts.timing_confidence < LEAST_CONFIDENCE:
        return "the line is too poor"
    return None


def _spans(turns: Sequence[Turn], numbers: Sequence[int]) -> list[Span]:
    return [(turns[number].start_s, turns[number].end_s) for number in numbers]
