"""Ingest: the user's files into CALLS and SURVEYS."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pandas as pd

from flows.configuration import FileSettings
from flows.stages.site import Site
from pipeline.errors import ContractError
from pipeline.ingest.call_log import read_call_log
from pipeline.ingest.calls import Sound, calls_table, changed
from pipeline.ingest.reading import Rows, Source
from pipeline.ingest.recordings import content_hash, list_files, match
from pipeline.ingest.surveys import read_surveys
from pipeline.ingest.transcripts import Archive, read_archive
from pipeline.ingest.workforce import read_workforce, with_workforce
from pipeline.tables import CALLS, SURVEYS


def ingest(site: Site) -> Archive:
    """Read call log, workforce, recordings, transcripts and surveys; write what changed.

    Returns where each transcript stands, for the stage that reads them.
    """
    settings = site.settings
    log = read_call_log(_source(settings.call_log))
    _count(site, "call log", log)
    frame = with_workforce(log.frame, _workforce(site))
    archive = _archive(site)
    sounds = _sounds(site, log.frame, archive)
    calls, silent = calls_table(frame, sounds)
    site.refuse(silent)
    _write_calls(site, calls)
    if settings.surveys.path is not None:
        _write_surveys(site, read_surveys(_source(settings.surveys), calls))
    return archive


def _source(settings: FileSettings) -> Source:
    assert settings.path is not None
    return Source(settings.path, settings.columns, settings.timezone)


def _count(site: Site, what: str, rows: Rows) -> None:
    lost = {r.where for r in rows.refusals if r.what == f"{what.removesuffix('s')} row"
            or r.what == f"{what} row"}  # fmt: skip
    site.tally.looked_at[f"{what} rows"] = len(rows.frame) + len(lost)
    site.tally.refused_of[f"{what} rows"] = len(lost)
    site.refuse(rows.refusals)
    if rows.unused:
        site.tally.notes.append(f"{what}: columns not used: {', '.join(rows.unused)}")


def _workforce(site: Site) -> pd.DataFrame | None:
    if site.settings.workforce.path is None:
        return None
    rows = read_workforce(_source(site.settings.workforce))
    _count(site, "workforce", rows)
    return rows.frame


def _archive(site: Site) -> Archive:
    folder = site.settings.transcripts.path
    if folder is None:
        return Archive({}, ())
    if not folder.is_dir():
        raise ContractError(f"transcripts: there is no folder {folder}.")
    archive = read_archive(folder)
    site.refuse(archive.refusals)
    return archive


def _sounds(site: Site, log: pd.DataFrame, archive: Archive) -> Mapping[str, Sound]:
    """What there is of each call; a recording goes before a transcript."""
    sounds = {
        call_id: Sound("transcript", line.file, line.content_hash)
        for call_id, line in archive.lines.items()
    }
    folder = site.settings.recordings.path
    if folder is None:
        return sounds
    if not folder.is_dir():
        raise ContractError(f"recordings: there is no folder {folder}.")
    matched = match(log, list_files(folder))
    site.refuse(matched.refusals)
    names = list(matched.recordings.items())
    with ThreadPoolExecutor(site.settings.run.workers or None) as threads:
        hashes = threads.map(lambda pair: content_hash(folder, pair[1]), names)
        for (call_id, name), digest in zip(names, hashes, strict=True):
            sounds[call_id] = Sound("recording", name, digest)
    return sounds


def _write_calls(site: Site, calls: pd.DataFrame) -> None:
    new = changed(calls, site.store.read(CALLS))
    site.tally.calls = len(calls)
    if len(new):
        keys = list(zip(new["call_id"], new["call_date"], strict=True))
        site.store.replace_calls(CALLS, new, keys)
        site.wrote("CALLS")


def _write_surveys(site: Site, surveys: Rows) -> None:
    _count(site, "surveys", surveys)
    site.tally.surveys = len(surveys.frame)
    site.tally.answers = int(surveys.frame["score"].notna().sum())
    rows = SURVEYS.to_arrow(surveys.frame)
    content = hashlib.sha256(rows.to_pandas().to_csv(index=False).encode()).hexdigest()[:16]
    if site.store.fingerprint(SURVEYS) != content:
        site.store.overwrite(SURVEYS, surveys.frame, content)
        site.wrote("SURVEYS")
