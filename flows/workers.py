"""What worker processes do with one batch: hear recordings, read transcripts, measure calls.

Each function takes one picklable job and returns rows; nothing here writes a table. The speech
model is loaded once per process. Nothing unredacted leaves these functions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import pandas as pd

from pipeline.audio.activity import Activity, voice_activity
from pipeline.audio.decode import (
    Sound,
    UnreadableRecordingError,
    decode,
    decode_pair,
    is_dual_mono,
)
from pipeline.behaviours.call import Word
from pipeline.behaviours.measurement import measure_call
from pipeline.behaviours.rows import calls_of
from pipeline.behaviours.rows import frames as behaviour_frames
from pipeline.ingest.recordings import BOTH
from pipeline.ingest.refusals import Refusal
from pipeline.ingest.transcripts import Line, raw_line, read_transcript
from pipeline.speech.engine import recognise
from pipeline.speech.model import SpeechModel, SpeechOptions, load
from pipeline.speech.transcript import Transcript, frames, make_transcript
from pipeline.speech.windows import Samples, Window, WindowOptions, pack
from pipeline.store import Store
from pipeline.tables import ACTIVITY, CALLS, TURNS

STRIP_S = 1200.0
"""Seconds of speech handed to the recogniser at once: bounds memory, fills its batches."""


@dataclass(frozen=True)
class CallJob:
    """One call to hear or to read. `logged_hold_s` None: the call log does not know."""

    call_id: str
    call_date: date
    version: str
    language: str
    recording: str | None = None
    line: Line | None = None
    logged_hold_s: float | None = None


@dataclass(frozen=True)
class SoundJob:
    """A batch of calls to hear."""

    folder: Path
    calls: tuple[CallJob, ...]
    agent_channel: int
    speech: SpeechOptions


@dataclass(frozen=True)
class TextJob:
    """A batch of calls to read."""

    folder: Path
    calls: tuple[CallJob, ...]


@dataclass(frozen=True)
class MeasureJob:
    """A batch of calls to measure: (call_id, call_date) and what each measure depends on."""

    root: Path
    calls: tuple[tuple[str, date], ...]
    versions: Mapping[str, str]
    language: str


AnyJob = TypeVar("AnyJob", SoundJob, TextJob, MeasureJob)


def halves(job: AnyJob) -> list[AnyJob]:
    """The job as two, or as it is when it has one call only."""
    middle = len(job.calls) // 2
    parts = [part for part in (job.calls[:middle], job.calls[middle:]) if part]
    return [replace(job, calls=part) for part in parts]


@dataclass(frozen=True)
class Transcribed:
    """Rows of ACTIVITY and TURNS, channels of each call, and the calls that were refused."""

    activity: pd.DataFrame
    turns: pd.DataFrame
    channels: dict[str, int]
    refused: dict[str, Refusal]
    audio_s: float = 0.0


@dataclass(frozen=True)
class MeasuredBatch:
    """Rows of BEHAVIOURS and MOMENTS, and why calls are not eligible (None: they are)."""

    behaviours: pd.DataFrame
    moments: pd.DataFrame
    why_not: dict[str, str | None]


@cache
def speech_model(options: SpeechOptions) -> SpeechModel:
    """The process's own model."""
    return load(options)


@dataclass
class _Heard:
    """A call between voice activity and its words."""

    job: CallJob
    activity: Activity
    sides: tuple[str, ...]
    words: dict[str, list[Word]]
    dropped: list[str] = field(default_factory=list)


def hear(job: SoundJob) -> Transcribed:
    """Decode, find speech, recognise words; a recording that cannot be heard is refused."""
    model = speech_model(job.speech)
    window_s = min(model.window_s, job.speech.window_s or model.window_s)
    heard: list[_Heard] = []
    refused: dict[str, Refusal] = {}
    pending: list[tuple[Window, Samples]] = []
    for call in job.calls:
        try:
            sound, activity = _sound(job.folder, call)
        except UnreadableRecordingError as error:
            name = (call.recording or "").replace(BOTH, " + ")
            refused[call.call_id] = Refusal("recording", name, str(error))
            continue
        sides = _sides(sound, call, job.agent_channel)
        heard.append(_Heard(call, activity, sides, {side: [] for side in sides}))
        pending += _windows(len(heard) - 1, sound, activity, window_s)
        if sum(window.seconds for window, _ in pending) > STRIP_S:
            _fill_words(heard, pending, model, job.speech)
            pending = []
    _fill_words(heard, pending, model, job.speech)
    seconds = sum(one.activity.duration_s for one in heard)
    return _transcribed([_transcript(one) for one in heard], job.calls, refused, seconds)


def _sound(folder: Path, call: CallJob) -> tuple[Sound, Activity]:
    files = [folder / name for name in (call.recording or "").split(BOTH)]
    sound = decode_pair(*files) if len(files) == 2 else decode(files[0])
    if is_dual_mono(sound):
        sound = Sound(sound.samples[:1], sound.rate)
    return sound, voice_activity(sound)


def _sides(sound: Sound, call: CallJob, agent_channel: int) -> tuple[str, ...]:
    if len(sound.samples) == 1:
        return ("unknown",)
    two_files = BOTH in (call.recording or "")
    return ("agent", "customer") if two_files or agent_channel == 0 else ("customer", "agent")


def _windows(
    index: int, sound: Sound, activity: Activity, window_s: float
) -> Iterator[tuple[Window, Samples]]:
    options = WindowOptions(window_s=window_s)
    for channel, spans in enumerate(activity.speech):
        for window in pack(
            spans, call=index, channel=channel, duration_s=activity.duration_s, options=options
        ):
            yield window, window.sound(sound.samples[channel], sound.rate)


def _fill_words(
    heard: Sequence[_Heard],
    pending: Sequence[tuple[Window, Samples]],
    model: SpeechModel,
    options: SpeechOptions,
) -> None:
    """Recognise what is pending, one language after the other, and give each call its words."""
    for language in sorted({heard[window.call].job.language for window, _ in pending}):
        own = [pair for pair in pending if heard[pair[0].call].job.language == language]
        if not model.speaks(language):
            for window, _ in own:
                heard[window.call].dropped.append(f"the speech model does not know {language!r}")
            continue
        windows, sounds = zip(*own, strict=True)
        results = recognise(windows, sounds, model, options, language=language)
        for window, result in zip(windows, results, strict=True):
            call = heard[window.call]
            call.words[call.sides[window.channel]] += result.words
            call.dropped += result.dropped


def _transcript(one: _Heard) -> Transcript:
    ratios = [snr for snr in one.activity.snr_db if snr is not None]
    return make_transcript(
        one.job.call_id,
        "recording",
        one.activity.duration_s,
        words=one.words,
        language=one.job.language,
        speech=dict(zip(one.sides, one.activity.speech, strict=True)),
        find_hold=one.job.logged_hold_s != 0.0,
        snr_db=min(ratios, default=None),
        dropped=one.dropped,
    )


def read(job: TextJob) -> Transcribed:
    """Transcripts that exist; one that breaks its format is refused."""
    done, refused = [], {}
    for call in job.calls:
        assert call.line is not None
        try:
            done.append(read_transcript(raw_line(job.folder, call.line), call.language))
        except (ValueError, OSError) as error:
            refused[call.call_id] = Refusal(
                "transcript", f"{call.line.file}, call {call.call_id}", str(error)
            )
    return _transcribed(done, job.calls, refused, 0.0)


def _transcribed(
    transcripts: Sequence[Transcript],
    calls: Iterable[CallJob],
    refused: dict[str, Refusal],
    audio_s: float,
) -> Transcribed:
    calls = list(calls)
    activity, turns = frames(
        transcripts,
        {call.call_id: call.call_date for call in calls},
        {call.call_id: call.version for call in calls},
    )
    channels = {t.call_id: t.channels for t in transcripts}
    return Transcribed(activity, turns, channels, refused, audio_s)


def measure(job: MeasureJob) -> MeasuredBatch:
    """Every call through the register, read from the store's tables."""
    store = Store(job.root)
    call_ids = [call_id for call_id, _ in job.calls]
    dates = dict(job.calls)
    calls, activity, turns = (
        store.read(table, call_ids=call_ids, dates=list(dates.values()))
        for table in (CALLS, ACTIVITY, TURNS)
    )
    measured = [measure_call(call) for call in calls_of(calls, activity, turns, job.language)]
    behaviours, moments = behaviour_frames(measured, dates, job.versions)
    return MeasuredBatch(behaviours, moments, {m.call_id: m.why_not_eligible for m in measured})
