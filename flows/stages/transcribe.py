"""Transcribe: what is new or changed is heard or read, in batches by a fixed rule."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from flows.configuration import RecordingSettings, SpeechSettings
from flows.executor import Step
from flows.jobs import (
    VOICES_FAILED,
    CallJob,
    Channels,
    RetimeJob,
    SoundJob,
    TextJob,
    Transcribed,
    halves,
)
from flows.stages.arousal import remove_arousal
from flows.stages.site import Site
from flows.workers import hear, read, retime
from pipeline.audio.hold_music import weights_version
from pipeline.audio.listening import HEARD_VERSION
from pipeline.audio.tracks import TRACKS_VERSION
from pipeline.behaviours.hold import HOLD_CUES
from pipeline.behaviours.language import ROLES, languages, pack
from pipeline.ingest.recordings import BOTH
from pipeline.ingest.refusals import Refusal
from pipeline.ingest.transcripts import Archive, Line
from pipeline.privacy.redaction import REDACTION_VERSION
from pipeline.speech import model as speech
from pipeline.speech.engine import WORDS_VERSION
from pipeline.speech.languages import AUTO
from pipeline.tables import ACTIVITY, CALLS, TRACKS, TURNS

TEXT_VERSION = "text-3"
"""Change it when the same words give other rows: all are then put into turns again."""

IMPORT_VERSION = "import-2"
"""Change it when the same transcript gives other words: all are then imported again."""

AnyJob = TypeVar("AnyJob", SoundJob, RetimeJob, TextJob)


def speech_options(settings: SpeechSettings, *, workers: int) -> speech.SpeechOptions:
    """The speech room's options; threads are per worker, so that all together fill the cores."""
    return speech.SpeechOptions(
        model=settings.model,
        device=settings.device,
        compute_type=settings.compute_type,
        threads=settings.threads or max(1, (os.cpu_count() or 1) // workers),
        batch_windows=settings.batch_windows,
        beam_size=settings.beam_size,
        hotwords=settings.hotwords,
        initial_prompt=settings.initial_prompt,
        window_s=settings.window_s,
        fitted_windows=settings.fitted_windows,
    )


def transcribe(site: Site, archive: Archive) -> None:
    """Hear the recordings and read the transcripts that are new or changed."""
    if site.settings.behaviours.voice_emotion == "off":
        remove_arousal(site)
    calls = site.store.read(CALLS)
    since = site.retention.first_day(TURNS, ACTIVITY, TRACKS)
    if since is not None:
        calls = calls[calls["call_date"] >= since]
    _hear(site, calls[calls["source"] == "recording"], archive)
    _read(site, calls[calls["source"] == "transcript"], archive)


def _hear(site: Site, calls: pd.DataFrame, archive: Archive) -> None:
    folder = site.settings.recordings.path
    if calls.empty or folder is None:
        return
    options = speech_options(site.settings.speech, workers=site.settings.run.worker_count)
    channels = _channels(site.settings.recordings)
    made_by = [TRACKS_VERSION, str(channels.take), str(channels.diariser)]
    imported_by = "|".join((IMPORT_VERSION, *made_by))
    heard_by = ""
    if not set(calls["call_id"]) <= set(archive.lines):  # else no model is needed, nor looked for
        revision = speech.revision(speech.locate(options.model))
        heard_by = speech.version(revision, options, [WORDS_VERSION, *made_by])
    emotion = site.settings.behaviours.voice_emotion
    told_by = "|".join((HEARD_VERSION, weights_version(), TEXT_VERSION, REDACTION_VERSION,
                        str(channels.agent), emotion))  # fmt: skip
    jobs = _jobs(site, calls, _MadeBy(archive.lines, imported_by, heard_by, told_by))
    tried = calls.set_index("call_id")[["tried", "timed"]]
    new = _still_named(
        site, [job for job in jobs if job.version != tried.loc[job.call_id, "tried"]], tried
    )
    lost = _trackless(site, _stale(jobs, new, tried))
    new = _still_there(site, folder, [*new, *(j for j in jobs if j.call_id in lost)], tried)
    stale = [job for job in _stale(jobs, new, tried) if job.call_id not in lost]
    site.say(f"{len(new)} recordings to hear, {len(calls) - len(new)} unchanged")
    site.tally.looked_at["recordings"] = len(calls)
    site.tally.looked_at["transcripts"] = sum(job.line is not None for job in jobs)
    batch = site.settings.run.batch_recordings
    transcripts = site.settings.transcripts.path
    copies = site.settings.privacy.recordings
    hearing = [
        SoundJob(folder, part, channels, options, transcripts, copies, emotion)
        for part in _parts(new, batch)
    ]
    site.run(_step(site, "hear", hear, hearing))
    if stale:
        site.say(f"{len(stale)} calls to tell anew from what is kept of their sound")
    batch = site.settings.run.batch_transcripts
    telling = [
        RetimeJob(site.store.root, part, channels, copies, emotion) for part in _parts(stale, batch)
    ]
    site.run(_step(site, "retime", retime, telling))


def _still_named(site: Site, waiting: list[CallJob], tried: pd.DataFrame) -> list[CallJob]:
    """Without calls that could only be done again with names in their words: those of an earlier
    log than this one, which has names. They keep the words that were redacted with them.
    """
    if not any(site.names.values()):
        return waiting
    kept = set(tried.index[tried["tried"].notna()]) - set(site.names)
    if any(job.call_id in kept for job in waiting):
        site.tally.notes.append("calls of earlier logs keep their words: their names are not known")
    return [job for job in waiting if job.call_id not in kept]


def _channels(settings: RecordingSettings) -> Channels:
    agent, customer = settings.agent_channel, settings.customer_channel
    if customer is None:
        return Channels(agent, None, settings.diariser)
    return Channels(0, (agent, customer), settings.diariser)


def _trackless(site: Site, stale: Sequence[CallJob]) -> set[str]:
    """Those of whose sound nothing is kept: they are to be heard again."""
    if not stale:
        return set()
    return {job.call_id for job in stale} - set(
        site.store.read(TRACKS, columns=["call_id"])["call_id"]
    )


def _stale(jobs: Sequence[CallJob], new: Sequence[CallJob], tried: pd.DataFrame) -> list[CallJob]:
    """Calls whose stored tracks tell something else now; what they were heard by stays."""
    hearing = {job.call_id for job in new}
    told = tried.loc[tried["timed"].notna()].drop(index=list(hearing), errors="ignore")
    return [
        replace(job, version=str(told.loc[job.call_id, "tried"]))
        for job in jobs
        if job.call_id in told.index and job.timed != told.loc[job.call_id, "timed"]
    ]


def _read(site: Site, calls: pd.DataFrame, archive: Archive) -> None:
    folder = site.settings.transcripts.path
    if calls.empty or folder is None:
        return
    tried = calls.set_index("call_id")["tried"]
    agent = site.settings.recordings.agent_channel
    read_by = "|".join((TEXT_VERSION, IMPORT_VERSION, REDACTION_VERSION, str(agent)))
    waiting = [
        job
        for job in _jobs(site, calls, _MadeBy(archive.lines, read_by))
        if job.line is not None and job.version != tried[job.call_id]
    ]
    waiting = _still_named(site, waiting, calls.set_index("call_id")[["tried"]])
    batch = site.settings.run.batch_transcripts
    jobs = [TextJob(folder, part, agent) for part in _parts(waiting, batch)]
    site.say(f"{len(waiting)} transcripts to read, {len(calls) - len(waiting)} unchanged")
    beside = site.tally.looked_at.get("transcripts", 0)
    site.tally.looked_at["transcripts"] = beside + len(calls)
    site.run(_step(site, "read", read, jobs))


@dataclass(frozen=True)
class _MadeBy:
    """What makes the words of calls with a transcript and of the others, and what tells the times.

    `told_by` None: there is no sound to tell anything by.
    """

    lines: Mapping[str, Line]
    imported_by: str
    heard_by: str = ""
    told_by: str | None = None


def _jobs(site: Site, calls: pd.DataFrame, by: _MadeBy) -> list[CallJob]:
    """Every call with the versions that its rows should have, oldest first."""
    jobs = []
    for row in calls.sort_values(["started_at", "call_id"]).to_dict("records"):
        language = site.settings.speech.language if pd.isna(row["language"]) else row["language"]
        hold = None if pd.isna(row["hold_s"]) else float(row["hold_s"])
        # Hold is looked for by what the log knows of it: that, too, makes other rows.
        told = [one for one in sorted(languages()) if language in (one, AUTO)]
        facts = [str(hold), *(_cues_version(one) for one in told)]
        line = by.lines.get(row["call_id"])
        made_by = by.heard_by if line is None else f"{by.imported_by}|{line.content_hash}"
        version = _hash(row["content_hash"], made_by, language, *(facts if not by.told_by else ()))
        timed = _hash(by.told_by, *facts) if by.told_by else None
        jobs.append(
            CallJob(row["call_id"], row["call_date"], version, language, timed=timed,
                    recording=row["recording"], line=line, logged_hold_s=hold,
                    names=site.names.get(row["call_id"], ()))
        )  # fmt: skip
    return jobs


def _cues_version(language: str) -> str:
    """Of the cues that tell hold and sides; the others change no time."""
    cues = pack(language)
    kinds = [kind for kind in cues.cues if kind in HOLD_CUES or kind.startswith(ROLES)]
    return cues.version(kinds)


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _still_there(
    site: Site, folder: Path, waiting: Sequence[CallJob], tried: pd.DataFrame
) -> list[CallJob]:
    """Calls whose recording is gone keep what was heard in it, by whatever engine.

    One that never was heard is refused.
    """

    def there(job: CallJob) -> bool:
        return all((folder / name).is_file() for name in (job.recording or "").split(BOTH))

    gone = [job for job in waiting if not there(job)]
    unheard = set(tried.index[tried["tried"].isna()])
    never = [job for job in gone if job.call_id in unheard]
    why = "the file is gone, expected it to stay until it was heard"
    site.refuse(Refusal("recording", job.recording or job.call_id, why) for job in never)
    if len(gone) > len(never):
        site.tally.notes.append(
            f"{len(gone) - len(never)} recordings are gone; their calls stay as they were heard"
        )
    return [job for job in waiting if job not in gone]


def _parts(jobs: Sequence[CallJob], size: int) -> list[tuple[CallJob, ...]]:
    return [tuple(jobs[start : start + size]) for start in range(0, len(jobs), size)]


def _step(
    site: Site, name: str, work: Callable[[AnyJob], Transcribed], jobs: Sequence[AnyJob]
) -> Step[AnyJob, Transcribed]:
    of = {call.call_id: call for job in jobs for call in job.calls}

    def commit(result: Transcribed) -> None:
        done = [of[call_id] for call_id in (*result.channels, *result.refused)]
        _commit(site, done, result)

    def given_up(job: AnyJob, error: str) -> None:
        refused = _refused(job.calls, name, error)
        if name == "retime":  # what is stored may be all that there is
            site.refuse(refused.refused.values())
        else:
            _commit(site, job.calls, refused)

    return Step(
        name=name, work=work, jobs=jobs, commit=commit, size=lambda job: len(job.calls),
        halves=halves, given_up=given_up,
    )  # fmt: skip


def _refused(calls: Sequence[CallJob], name: str, error: str) -> Transcribed:
    what = "transcript" if name == "read" else "recording"
    why = f"could not be processed ({error}); please report it with the file"
    refused = {
        call.call_id: Refusal(what, call.recording or f"call {call.call_id}", why) for call in calls
    }
    return Transcribed.nothing(refused)


def _commit(site: Site, done: Sequence[CallJob], result: Transcribed) -> None:
    """The batch's rows; CALLS comes last, so that a batch killed in between is done again whole."""
    keys = [(call.call_id, call.call_date) for call in done]
    site.refuse((*result.refused.values(), *result.told))
    tables = [(ACTIVITY, result.activity), (TURNS, result.turns)]
    if result.tracks is not None:
        tables.append((TRACKS, result.tracks))
    for table, rows in tables:
        site.store.replace_calls(table, rows, keys)
        site.wrote(table.name)
    calls = site.store.read(CALLS, call_ids=[call.call_id for call in done])
    tried = {call.call_id: call.version for call in done}
    timed = {call.call_id: call.timed for call in done if call.call_id in result.channels}
    why = {call_id: f"refused: {r.why}" for call_id, r in result.refused.items()}
    calls = calls.assign(
        tried=calls["call_id"].map(tried),
        timed=calls["call_id"].map(timed),
        channels=calls["call_id"].map(result.channels),
        eligible=calls["call_id"].map(dict.fromkeys(why, False)),
        why_not=calls["call_id"].map(why),
    )
    site.store.replace_calls(CALLS, calls, keys)
    _tally(site, result)


def _tally(site: Site, result: Transcribed) -> None:
    recorded = int((result.activity["source"] == "recording").sum())
    if result.tracks is None:
        site.tally.retimed += recorded
    else:
        site.tally.heard += recorded
    site.tally.read += len(result.activity) - recorded
    site.tally.voices_failed += sum(VOICES_FAILED in lacks for lacks in result.activity["dropped"])
    site.tally.audio_s += result.audio_s
    for refusal in result.refused.values():
        kind = f"{refusal.what}s"
        site.tally.refused_of[kind] = site.tally.refused_of.get(kind, 0) + 1
