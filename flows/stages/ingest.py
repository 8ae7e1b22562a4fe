"""Ingest: the user's files into CALLS and SURVEYS."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd

from flows.configuration import FileSettings
from flows.stages.site import Site
from pipeline.errors import ContractError
from pipeline.ingest.call_log import names_of_people, read_call_log
from pipeline.ingest.calls import UNCLAIMED, Sound, calls_table, changed
from pipeline.ingest.reading import Rows, Source
from pipeline.ingest.recordings import BOTH, content_hash, list_files, match
from pipeline.ingest.refusals import Refusal
from pipeline.ingest.surveys import read_surveys, told_at
from pipeline.ingest.transcripts import Archive, Names, names_of, read_archive
from pipeline.ingest.workforce import read_workforce, with_workforce
from pipeline.privacy.gate import CALL, Gate
from pipeline.tables import CALLS, SURVEYS


def ingest(site: Site) -> Archive:
    """Read call log, workforce, recordings, transcripts and surveys; write what changed.

    Returns where each transcript stands, for the stage that reads them.
    """
    settings = site.settings
    log = read_call_log(_source(settings.call_log), site.gate)
    site.names = names_of_people(log.frame)
    _count(site, "call log", log)
    frame = with_workforce(log.frame, _workforce(site))
    stored = site.store.read(CALLS)
    archive = _archive(site, names_of(log.frame, stored))
    sounds = _sounds(site, log.frame, archive)
    calls, refusals = calls_table(frame, sounds, known=frozenset(stored["call_id"]))
    calls, refusals = _young(site, calls, refusals)
    site.refuse(refusals)
    _write_calls(site, changed(calls, stored))
    site.tally.calls = len(calls)
    if settings.surveys.path is not None:
        known = site.store.read(CALLS, columns=["call_id", "customer_id", "started_at"])
        surveys = read_surveys(_source(settings.surveys), known, site.gate)
        _write_surveys(site, _recent(site, surveys))
    return archive


def _young(
    site: Site, calls: pd.DataFrame, refusals: list[Refusal]
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Without calls whose term is over: they would be taken in tonight and removed tomorrow."""
    since = site.retention.first_day(CALLS)
    if since is None:
        return calls, refusals
    old = calls["call_date"] < since
    if old.any():
        site.tally.notes.append(f"{old.sum()} calls of the log are older than [retention] keeps")
    gone = {f"call {call_id}" for call_id in calls.loc[old, "call_id"]}
    return calls[~old], [one for one in refusals if one.where not in gone]


def _source(settings: FileSettings) -> Source:
    assert settings.path is not None
    return Source(settings.path, settings.columns, settings.timezone)


def _count(site: Site, what: str, rows: Rows) -> None:
    lost = {r.where for r in rows.refusals if r.what == f"{what} row"}
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
    return site.gate.rows(rows.frame)


def _archive(site: Site, names: Names) -> Archive:
    folder = site.settings.transcripts.path
    if folder is None:
        return Archive({}, ())
    if not folder.is_dir():
        raise ContractError(f"transcripts: there is no folder {folder}.")
    archive = _let_in(read_archive(folder, names), site.gate)
    site.refuse(archive.refusals)
    broken = sum(refusal.why != UNCLAIMED for refusal in archive.refusals)
    site.tally.looked_at["transcript files"] = len(archive.lines) + broken
    site.tally.refused_of["transcript files"] = broken
    return archive


def _let_in(archive: Archive, gate: Gate) -> Archive:
    """What is not of a forgotten call."""
    lines = {
        call_id: line
        for call_id, line in archive.lines.items()
        if not gate.is_forgotten(CALL, call_id) and gate.file(line.file)
    }
    return Archive(lines, tuple(gate.refusals(archive.refusals)))


def _sounds(site: Site, log: pd.DataFrame, archive: Archive) -> Mapping[str, Sound]:
    """What there is of each call; times of a call with both come from its recording."""
    sounds = {
        call_id: Sound("transcript", line.file, line.content_hash)
        for call_id, line in archive.lines.items()
    }
    folder = site.settings.recordings.path
    if folder is None:
        return sounds
    if not folder.is_dir():
        raise ContractError(f"recordings: there is no folder {folder}.")
    heard = site.store.read(CALLS, columns=["recording"])["recording"].dropna()
    files = [file for file in list_files(folder) if site.gate.file(file)]
    matched = match(log, files, known=heard)
    site.refuse(matched.refusals)
    return sounds | _hashed(site, folder, matched.recordings)


def _hashed(site: Site, folder: Path, recordings: Mapping[str, str]) -> dict[str, Sound]:
    """The recordings with their hashes; one that cannot be read (any more) is refused."""

    def sound(pair: tuple[str, str]) -> tuple[str, Sound | Refusal]:
        call_id, name = pair
        try:
            return call_id, Sound("recording", name, content_hash(folder, name))
        except OSError as error:
            file = name.replace(BOTH, " + ")
            return call_id, Refusal("recording", file, f"cannot be read: {error.strerror}")

    with ThreadPoolExecutor(site.settings.run.workers or None) as threads:
        found = list(threads.map(sound, recordings.items()))
    site.refuse(one for _, one in found if isinstance(one, Refusal))
    return {call_id: one for call_id, one in found if isinstance(one, Sound)}


def _write_calls(site: Site, new: pd.DataFrame) -> None:
    if len(new):
        keys = list(zip(new["call_id"], new["call_date"], strict=True))
        site.store.replace_calls(CALLS, new, keys)
        site.wrote("CALLS")


def _recent(site: Site, surveys: Rows) -> Rows:
    """Without surveys whose term is over."""
    since = site.retention.first_day(SURVEYS)
    if since is None:
        return surveys
    old = told_at(surveys.frame) < pd.Timestamp(since, tz="UTC")
    return replace(surveys, frame=surveys.frame[~old])


def _write_surveys(site: Site, surveys: Rows) -> None:
    """Invitations of earlier files stay; those that this file has again are replaced."""
    _count(site, "surveys", surveys)
    site.tally.surveys = len(surveys.frame)
    site.tally.answers = int(surveys.frame["score"].notna().sum())
    stored = site.store.read(SURVEYS)
    earlier = stored[~stored["survey_id"].isin(surveys.frame["survey_id"])]
    frame = surveys.frame if earlier.empty else pd.concat([earlier, surveys.frame])
    content = SURVEYS.to_arrow(frame).to_pandas().to_csv(index=False)
    fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]
    if site.store.fingerprint(SURVEYS) != fingerprint:
        site.store.overwrite(SURVEYS, frame, fingerprint)
        site.wrote("SURVEYS")
