"""What worker processes do with one batch: hear recordings, read transcripts, measure calls.

Each function takes one picklable job and returns rows; nothing here writes a table. The speech
model is loaded once per process. Nothing unredacted leaves these functions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice

from flows.jobs import (
    VOICES_FAILED,
    CallJob,
    MeasuredBatch,
    MeasureJob,
    RetimeJob,
    SoundJob,
    TextJob,
    Transcribed,
)
from pipeline.audio.decode import Recording, UnreadableRecordingError, cut
from pipeline.audio.diarise import Diariser, load_diariser
from pipeline.audio.listening import Heard, Trace, heard, listen
from pipeline.audio.redacted import write_redacted
from pipeline.audio.rows import frame as track_rows
from pipeline.audio.rows import traces_of
from pipeline.behaviours.call import Word
from pipeline.behaviours.measurement import measure_call
from pipeline.behaviours.own import load_own
from pipeline.behaviours.rows import calls_of
from pipeline.behaviours.rows import frames as behaviour_frames
from pipeline.ingest.imported import placed
from pipeline.ingest.recordings import BOTH
from pipeline.ingest.refusals import Refusal
from pipeline.ingest.transcript_formats import read_document
from pipeline.ingest.transcripts import raw_line, read_transcript
from pipeline.privacy.copies import copy_name, silences
from pipeline.spans import Span
from pipeline.speech.engine import recognise
from pipeline.speech.languages import AUTO, WINDOWS, heard_language
from pipeline.speech.model import SpeechModel, SpeechOptions, load
from pipeline.speech.sides import heard_transcript, stored_words
from pipeline.speech.transcript import Transcript, frames
from pipeline.speech.windows import Samples, Window, WindowOptions, cuts_of, filled, pack
from pipeline.store import Store
from pipeline.tables import ACTIVITY, CALLS, TRACKS, TURNS

STRIP_S = 600.0
"""Seconds of speech handed to the recogniser at once: bounds memory, fills its batches."""


NO_COPY = "the redacted copy could not be written"
"""Stands among what a call's words lack."""


@cache
def speech_model(options: SpeechOptions) -> SpeechModel:
    """The process's own model."""
    return load(options)


@cache
def diariser(name: str) -> Diariser:
    """The process's own copy of a plug-in."""
    return load_diariser(name)


@dataclass
class _Listening:
    """A call between its sound and its words, which come by channel."""

    job: CallJob
    trace: Trace
    heard: Heard
    words: dict[int, list[Word]]
    language: str
    language_confidence: float | None = None
    dropped: list[str] = field(default_factory=list)
    told_agent: int | None = None
    untimed: tuple[Span, ...] = ()
    is_unknown_language: bool = False
    refused: Refusal | None = None


Pending = list[tuple[_Listening, Window, Samples]]


def hear(job: SoundJob) -> Transcribed:
    """Decode, find speech, recognise words, or take those of the call's transcript.

    A recording that cannot be heard is refused, and so is a transcript that does not fit it. The
    model is only loaded for calls without a transcript.
    """
    listenings: list[_Listening] = []
    refused: dict[str, Refusal] = {}
    pending: Pending = []
    for call in job.calls:
        try:
            one = _listen(job, call)
        except UnreadableRecordingError as error:
            refused[call.call_id] = _no_recording(call, error)
            continue
        listenings.append(one)
        if call.line is not None:
            _import_words(job, one)
            continue
        model = speech_model(job.speech)
        for window, samples in _in_its_language(one, _windows(job, one, model), model):
            pending.append((one, window, samples))
            if sum(window.seconds for _, window, _ in pending) > STRIP_S:
                _fill_words(pending, model, job.speech)
                pending = []
    if pending:
        _fill_words(pending, speech_model(job.speech), job.speech)
    refused |= {one.job.call_id: one.refused for one in listenings if one.refused}
    if job.copies is not None:
        for call_id in refused:  # an older one may play what is refused now
            (job.copies / copy_name(call_id)).unlink(missing_ok=True)
    done = [one for one in listenings if not one.refused]
    made = _transcribed(
        [_copied(job, one, _transcript(job, one)) for one in done],
        job.calls,
        refused,
        sum(one.trace.duration_s for one in done),
        {one.job.call_id: one.trace for one in done},
    )
    return replace(made, told=tuple(_no_words(one) for one in done if one.is_unknown_language))


def _no_recording(call: CallJob, error: Exception) -> Refusal:
    return Refusal("recording", (call.recording or "").replace(BOTH, " + "), str(error))


def _no_words(one: _Listening) -> Refusal:
    return Refusal(
        "words",
        f"call {one.job.call_id}",
        f"the speech model does not know {one.language!r}, the call's language: its times are "
        "measured, its words are not; set a multilingual [speech] model",
    )


def _no_transcript(call: CallJob, error: Exception) -> Refusal:
    assert call.line is not None
    return Refusal("transcript", f"{call.line.file}, call {call.call_id}", str(error))


def _import_words(job: SoundJob, one: _Listening) -> None:
    """The words of the call's transcript, put where the recording has speech."""
    assert one.job.line is not None and job.transcripts is not None
    try:
        document = read_document(raw_line(job.transcripts, one.job.line))
        found = placed(document, one.trace, one.heard, language=one.language, names=one.job.names)
    except (ValueError, OSError) as error:
        one.refused = _no_transcript(one.job, error)
        return
    one.words, one.trace, one.told_agent = found.words, found.trace, found.agent
    one.language = document.language or one.language
    one.dropped += found.dropped
    one.untimed = found.untimed


def _recording(job: SoundJob, call: CallJob) -> Recording:
    files = tuple(job.folder / name for name in (call.recording or "").split(BOTH))
    return Recording(files, job.channels.take if len(files) == 1 else None)


def _listen(job: SoundJob, call: CallJob) -> _Listening:
    own = diariser(job.channels.diariser) if job.channels.diariser else None
    made, told = listen(_recording(job, call), own)
    dropped = [VOICES_FAILED] if made.mono_because and made.speakers is None else []
    words: dict[int, list[Word]] = {number: [] for number in made.numbers}
    return _Listening(call, made, told, words, call.language, dropped=dropped)


def _windows(
    job: SoundJob, one: _Listening, model: SpeechModel
) -> Iterator[tuple[Window, Samples]]:
    """The call's windows with their sound, as the recording is read once more.

    A file that has changed or gone since it was tracked makes the call a refused one.
    """
    if one.language != AUTO and not model.speaks(one.language):
        one.is_unknown_language = True
        one.dropped.append(f"the speech model does not know {one.language!r}")
        return
    options = WindowOptions(window_s=min(model.window_s, job.speech.window_s or model.window_s))
    windows = [
        window
        for number, spans in zip(one.trace.numbers, one.heard.speech, strict=True)
        for window in pack(spans, channel=number, duration_s=one.trace.duration_s, options=options)
    ]
    spans = cuts_of(windows, max(one.trace.numbers) + 1)
    try:
        yield from filled(windows, cut(_recording(job, one.job), spans))
    except UnreadableRecordingError as error:
        one.refused = _no_recording(one.job, error)


def _in_its_language(
    one: _Listening, windows: Iterator[tuple[Window, Samples]], model: SpeechModel
) -> Iterator[tuple[Window, Samples]]:
    """The windows; a language that nobody knows is heard in the first of them."""
    if one.language == AUTO:
        first = list(islice(windows, WINDOWS))
        if first:
            sounds = [samples for _, samples in first]
            one.language, one.language_confidence = heard_language(sounds, model)
        yield from first
    yield from windows


def _fill_words(pending: Pending, model: SpeechModel, options: SpeechOptions) -> None:
    """Recognise what is pending, one language after the other, and give each call its words."""
    for language in sorted({one.language for one, _, _ in pending}):
        own = [part for part in pending if part[0].language == language]
        calls, windows, sounds = zip(*own, strict=True)
        results = recognise(windows, sounds, model, options, language=language)
        for one, window, result in zip(calls, windows, results, strict=True):
            one.words[window.channel] += result.words
            one.dropped += result.dropped


def _transcript(job: SoundJob, one: _Listening) -> Transcript:
    return heard_transcript(
        one.job.call_id,
        one.trace,
        one.heard,
        {number: sorted(said, key=lambda w: w.start_s) for number, said in one.words.items()},
        agent_channel=job.channels.agent,
        language=one.language,
        language_confidence=one.language_confidence,
        logged_hold_s=one.job.logged_hold_s,
        dropped=one.dropped,
        told_agent=one.told_agent,
        names=one.job.names,
        voice_emotion=job.voice_emotion,
    )


def _copied(job: SoundJob, one: _Listening, transcript: Transcript) -> Transcript:
    """The call's redacted copy is written. Where that cannot be, there is none, not even an older
    one, and that is noted: nothing else of the call is lost by it.
    """
    if job.copies is None:
        return transcript
    path = job.copies / copy_name(one.job.call_id)
    try:
        job.copies.mkdir(parents=True, exist_ok=True)
        silent = silences(
            transcript.words, transcript.speech, transcript.duration_s, untimed=one.untimed
        )
        write_redacted(_recording(job, one.job), silent, path)
    except (UnreadableRecordingError, OSError):
        return replace(transcript, dropped=tuple(sorted((*transcript.dropped, NO_COPY))))
    return transcript


def retime(job: RetimeJob) -> Transcribed:
    """Tell speech, hold and sides anew from stored tracks and words; no recording is read."""
    store = Store(job.root)
    ids, days = [c.call_id for c in job.calls], [c.call_date for c in job.calls]
    tracks, activity, turns = (
        store.read(table, call_ids=ids, dates=days) for table in (TRACKS, ACTIVITY, TURNS)
    )
    traces = traces_of(tracks)
    stored = stored_words(activity, turns, traces)
    done = [
        heard_transcript(
            call.call_id,
            traces[call.call_id],
            heard(traces[call.call_id]),
            stored[call.call_id].words,
            agent_channel=job.channels.agent,
            language=stored[call.call_id].language or call.language,
            language_confidence=stored[call.call_id].language_confidence,
            logged_hold_s=call.logged_hold_s,
            dropped=stored[call.call_id].dropped,
            told_agent=stored[call.call_id].told_agent,
            names=call.names,
            voice_emotion=job.voice_emotion,
        )
        for call in job.calls
    ]
    if job.copies is not None:
        for transcript in done:
            before = chain(*stored[transcript.call_id].words.values())
            if not _redacted(chain(*transcript.words.values())) <= _redacted(before):
                # It would play what is taken out only now; without the recording there is none.
                (job.copies / copy_name(transcript.call_id)).unlink(missing_ok=True)
    return _transcribed(done, job.calls, {}, 0.0, None)


def _redacted(words: Iterable[Word]) -> set[tuple[float, float]]:
    return {(word.start_s, word.end_s) for word in words if word.is_redacted}


def read(job: TextJob) -> Transcribed:
    """Transcripts that exist; one that breaks its format is refused."""
    done, refused = [], {}
    for call in job.calls:
        assert call.line is not None
        try:
            done.append(
                read_transcript(
                    raw_line(job.folder, call.line),
                    call.call_id,
                    call.language,
                    agent_channel=job.agent_channel,
                    logged_hold_s=call.logged_hold_s,
                    names=call.names,
                )
            )
        except (ValueError, OSError) as error:
            refused[call.call_id] = _no_transcript(call, error)
    return _transcribed(done, job.calls, refused, 0.0, {})


def _transcribed(
    transcripts: Sequence[Transcript],
    calls: Iterable[CallJob],
    refused: dict[str, Refusal],
    audio_s: float,
    traces: Mapping[str, Trace] | None,
) -> Transcribed:
    calls = list(calls)
    dates = {call.call_id: call.call_date for call in calls}
    versions = {call.call_id: call.version for call in calls}
    activity, turns = frames(transcripts, dates, versions)
    channels = {t.call_id: t.facts.channels for t in transcripts}
    tracks = None if traces is None else track_rows(traces, dates, versions)
    return Transcribed(activity, turns, channels, refused, audio_s, tracks)


def measure(job: MeasureJob) -> MeasuredBatch:
    """Every call through the register, read from the store's tables."""
    load_own(job.own)
    store = Store(job.root)
    call_ids = [call_id for call_id, _ in job.calls]
    dates = dict(job.calls)
    calls, activity, turns = (
        store.read(table, call_ids=call_ids, dates=list(dates.values()))
        for table in (CALLS, ACTIVITY, TURNS)
    )
    measured = [measure_call(call) for call in calls_of(calls, activity, turns)]
    behaviours, moments = behaviour_frames(measured, dates, job.versions)
    return MeasuredBatch(behaviours, moments, {m.call_id: m.why_not_eligible for m in measured})
