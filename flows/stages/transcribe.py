"""Transcribe: what is new or changed is heard or read, in batches by a fixed rule."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from flows.configuration import SpeechSettings
from flows.executor import Step
from flows.stages.site import Site
from flows.workers import CallJob, SoundJob, TextJob, Transcribed, halves, hear, read
from pipeline.ingest.recordings import BOTH
from pipeline.ingest.refusals import Refusal
from pipeline.ingest.transcripts import Archive
from pipeline.speech import model as speech
from pipeline.tables import ACTIVITY, CALLS, TURNS

AUDIO_VERSION = "audio-1"
TEXT_VERSION = "text-1"
"""Change them when the same sound or text gives other rows: everything is then done again."""

AnyJob = TypeVar("AnyJob", SoundJob, TextJob)


def speech_options(settings: SpeechSettings) -> speech.SpeechOptions:
    """The speech room's options."""
    return speech.SpeechOptions(
        model=settings.model,
        device=settings.device,
        compute_type=settings.compute_type,
        threads=settings.threads,
        batch_windows=settings.batch_windows,
        hotwords=settings.hotwords,
        window_s=settings.window_s,
    )


def transcribe(site: Site, archive: Archive) -> None:
    """Hear the recordings and read the transcripts that are new or changed."""
    calls = site.store.read(CALLS)
    _hear(site, calls[calls["source"] == "recording"])
    _read(site, calls[calls["source"] == "transcript"], archive)


def _hear(site: Site, calls: pd.DataFrame) -> None:
    folder = site.settings.recordings.path
    if calls.empty or folder is None:
        return
    options = speech_options(site.settings.speech)
    revision = speech.revision(speech.locate(options.model))
    channel = site.settings.recordings.agent_channel
    made_by = [AUDIO_VERSION, TEXT_VERSION, f"agent on {channel}"]
    waiting = _waiting(site, calls, speech.version(revision, options, made_by))
    waiting = _still_there(site, folder, waiting)
    batch = site.settings.run.batch_recordings
    jobs = [SoundJob(folder, part, channel, options) for part in _parts(waiting, batch)]
    site.say(f"{len(waiting)} recordings to hear, {len(calls) - len(waiting)} unchanged")
    site.tally.looked_at["recordings"] = len(calls)
    site.run(_step(site, "hear", hear, jobs))


def _read(site: Site, calls: pd.DataFrame, archive: Archive) -> None:
    folder = site.settings.transcripts.path
    if calls.empty or folder is None:
        return
    waiting = [
        replace(job, line=archive.lines[job.call_id])
        for job in _waiting(site, calls, TEXT_VERSION)
        if job.call_id in archive.lines
    ]
    batch = site.settings.run.batch_transcripts
    jobs = [TextJob(folder, part) for part in _parts(waiting, batch)]
    site.say(f"{len(waiting)} transcripts to read, {len(calls) - len(waiting)} unchanged")
    site.tally.looked_at["transcripts"] = len(calls)
    site.run(_step(site, "read", read, jobs))


def _waiting(site: Site, calls: pd.DataFrame, engine: str) -> list[CallJob]:
    """Calls whose content or engine is not that of their last try, oldest first."""
    jobs = []
    for row in calls.sort_values(["started_at", "call_id"]).to_dict("records"):
        language = site.settings.speech.language if pd.isna(row["language"]) else row["language"]
        hold = None if pd.isna(row["hold_s"]) else float(row["hold_s"])
        # A log without hold lets it be looked for in the words: that, too, makes other rows.
        parts = [row["content_hash"], engine, language, str(hold != 0.0)]
        wanted = hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
        if row["tried"] != wanted:
            jobs.append(
                CallJob(row["call_id"], row["call_date"], wanted, language,
                        recording=row["recording"], logged_hold_s=hold)
            )  # fmt: skip
    return jobs


def _still_there(site: Site, folder: Path, waiting: Sequence[CallJob]) -> list[CallJob]:
    """Calls whose recording is gone keep the transcript that they have, by whatever engine."""

    def there(job: CallJob) -> bool:
        return all((folder / name).is_file() for name in (job.recording or "").split(BOTH))

    kept = [job for job in waiting if there(job)]
    if len(kept) < len(waiting):
        site.tally.notes.append(
            f"{len(waiting) - len(kept)} recordings are gone; their calls stay as they were heard"
        )
    return kept


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
        _commit(site, job.calls, _refused(job.calls, name, error))

    return Step(
        name=name, work=work, jobs=jobs, commit=commit, size=lambda job: len(job.calls),
        halves=halves, given_up=given_up,
    )  # fmt: skip


def _refused(calls: Sequence[CallJob], name: str, error: str) -> Transcribed:
    what = "recording" if name == "hear" else "transcript"
    why = f"could not be processed ({error}); please report it with the file"
    refused = {
        call.call_id: Refusal(what, call.recording or f"call {call.call_id}", why) for call in calls
    }
    return Transcribed(
        pd.DataFrame(columns=ACTIVITY.names), pd.DataFrame(columns=TURNS.names), {}, refused
    )


def _commit(site: Site, done: Sequence[CallJob], result: Transcribed) -> None:
    """The batch's rows; CALLS comes last, so that a batch killed in between is done again whole."""
    keys = [(call.call_id, call.call_date) for call in done]
    site.refuse(result.refused.values())
    for table, rows in ((ACTIVITY, result.activity), (TURNS, result.turns)):
        site.store.replace_calls(table, rows, keys)
        site.wrote(table.name)
    calls = site.store.read(CALLS, call_ids=[call.call_id for call in done])
    tried = {call.call_id: call.version for call in done}
    why = {call_id: f"refused: {r.why}" for call_id, r in result.refused.items()}
    calls = calls.assign(
        tried=calls["call_id"].map(tried),
        channels=calls["call_id"].map(result.channels),
        eligible=calls["call_id"].map(dict.fromkeys(why, False)),
        why_not=calls["call_id"].map(why),
    )
    site.store.replace_calls(CALLS, calls, keys)
    _tally(site, result)


def _tally(site: Site, result: Transcribed) -> None:
    heard = int((result.activity["source"] == "recording").sum())
    site.tally.heard += heard
    site.tally.read += len(result.activity) - heard
    site.tally.audio_s += result.audio_s
    for refusal in result.refused.values():
        kind = f"{refusal.what}s"
        site.tally.refused_of[kind] = site.tally.refused_of.get(kind, 0) + 1
