"""Jobs for worker processes, each a batch of calls, and what comes back of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pandas as pd

from pipeline.ingest.refusals import Refusal
from pipeline.ingest.transcripts import Line
from pipeline.speech.model import SpeechOptions
from pipeline.speech.voices import VoiceEmotion
from pipeline.tables import ACTIVITY, TRACKS, TURNS

VOICES_FAILED = "the diariser failed: the voices are not told apart"
"""Stands among what a call's words lack."""


@dataclass(frozen=True)
class CallJob:
    """One call to hear, to time anew or to read. `logged_hold_s` None: the log does not know.

    `names` are those of its people, to be taken out of its words. `version` names what its words
    are made by, `timed` what its speech, hold and sides are.
    """

    call_id: str
    call_date: date
    version: str
    language: str
    timed: str | None = None
    recording: str | None = None
    line: Line | None = None
    logged_hold_s: float | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Channels:
    """Which channel is whose. `take`: the agent's and the customer's of more than two."""

    agent: int
    take: tuple[int, int] | None
    diariser: str | None = None


@dataclass(frozen=True)
class SoundJob:
    """A batch of calls to hear; those with a `line` have their words in `transcripts`.

    `copies` is the folder of the redacted copies; without it none are made.
    """

    folder: Path
    calls: tuple[CallJob, ...]
    channels: Channels
    speech: SpeechOptions
    transcripts: Path | None = None
    copies: Path | None = None
    voice_emotion: VoiceEmotion = "off"


@dataclass(frozen=True)
class RetimeJob:
    """A batch of calls whose sound is told anew from what is stored of it."""

    root: Path
    calls: tuple[CallJob, ...]
    channels: Channels
    copies: Path | None = None
    voice_emotion: VoiceEmotion = "off"


@dataclass(frozen=True)
class TextJob:
    """A batch of calls to read."""

    folder: Path
    calls: tuple[CallJob, ...]
    agent_channel: int = 0


@dataclass(frozen=True)
class MeasureJob:
    """A batch of calls to measure: (call_id, call_date) and what each measure depends on.

    `own` is the folder of the user's own behaviours.
    """

    root: Path
    calls: tuple[tuple[str, date], ...]
    versions: Mapping[str, str]
    own: Path | None = None


AnyJob = TypeVar("AnyJob", SoundJob, RetimeJob, TextJob, MeasureJob)


def halves(job: AnyJob) -> list[AnyJob]:
    """The job as two, or as it is when it has one call only."""
    middle = len(job.calls) // 2
    parts = [part for part in (job.calls[:middle], job.calls[middle:]) if part]
    return [replace(job, calls=part) for part in parts]


@dataclass(frozen=True)
class Transcribed:
    """Rows of ACTIVITY, TURNS and TRACKS (None: they stay as they are), channels of each call, the
    calls that were refused, and what is to be told of calls that were not.
    """

    activity: pd.DataFrame
    turns: pd.DataFrame
    channels: dict[str, int]
    refused: dict[str, Refusal]
    audio_s: float = 0.0
    tracks: pd.DataFrame | None = None
    told: tuple[Refusal, ...] = ()

    @classmethod
    def nothing(cls, refused: dict[str, Refusal]) -> "Transcribed":
        """No row of any call."""
        tables = [pd.DataFrame(columns=table.names) for table in (ACTIVITY, TURNS, TRACKS)]
        return cls(tables[0], tables[1], {}, refused, tracks=tables[2])


@dataclass(frozen=True)
class MeasuredBatch:
    """Rows of BEHAVIOURS and MOMENTS, and why calls are not eligible (None: they are)."""

    behaviours: pd.DataFrame
    moments: pd.DataFrame
    why_not: dict[str, str | None]
