"""`attune check`: configuration, data, model, device, store; a line each, all problems at once."""

import os
from collections.abc import Callable

from flows.audit import Audit
from flows.configuration import FileSettings, Settings
from flows.keys import VARIABLE, is_marked, pseudonyms_of
from flows.stages.transcribe import speech_options
from pipeline.audio.diarise import load_diariser
from pipeline.behaviours import registered
from pipeline.behaviours.language import languages
from pipeline.behaviours.own import load_own
from pipeline.errors import ContractError, StoreError, UserError
from pipeline.ingest.call_log import read_call_log
from pipeline.ingest.reading import Source
from pipeline.ingest.recordings import list_files, match
from pipeline.ingest.surveys import read_surveys
from pipeline.ingest.transcripts import names_of, read_archive
from pipeline.ingest.workforce import read_workforce
from pipeline.speech.model import load
from pipeline.store import Store
from pipeline.tables import CALLS


def check(settings: Settings) -> None:
    """Print a line for each part; raises the first problem's error class with all problems."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("call log", lambda: _call_log(settings)),
        ("recordings", lambda: _recordings(settings)),
        ("transcripts", lambda: _transcripts(settings)),
        ("surveys", lambda: _surveys(settings)),
        ("workforce", lambda: _workforce(settings)),
        ("speech", lambda: _speech(settings)),
        ("behaviours", lambda: _behaviours(settings)),
        ("store", lambda: _store(settings)),
        ("privacy", lambda: _privacy(settings)),
    ]
    errors: list[UserError] = []
    for name, look in checks:
        try:
            print(f"{name:>12}: {look()}")
        except UserError as error:
            errors.append(error)
            print(f"{name:>12}: PROBLEM: {error}")
    if errors:
        raise type(errors[0])(f"{len(errors)} of {len(checks)} parts have problems (see above).")


def _behaviours(settings: Settings) -> str:
    load_own(settings.behaviours.folder)
    own = sum(b.own for b in registered())
    voice = settings.behaviours.voice_emotion
    packs = ", ".join(sorted(languages()))
    return f"{len(registered())}, {own} of your own; words in {packs}; voice_emotion {voice}"


def _source(settings: FileSettings) -> Source:
    assert settings.path is not None
    return Source(settings.path, settings.columns, settings.timezone)


def _call_log(settings: Settings) -> str:
    rows = read_call_log(_source(settings.call_log))
    return f"{len(rows.frame)} calls, {len(rows.refusals)} cells or rows refused"


def _recordings(settings: Settings) -> str:
    folder = settings.recordings.path
    if folder is None:
        return "none configured"
    if not folder.is_dir():
        raise ContractError(f"there is no folder {folder}")
    files = list_files(folder)
    matched = match(read_call_log(_source(settings.call_log)).frame, files)
    plug_in = settings.recordings.diariser
    if plug_in:
        load_diariser(plug_in)
    voices = f", mono by {plug_in}" if plug_in else ""
    return f"{len(files)} files, {len(matched.recordings)} calls with a recording{voices}"


def _transcripts(settings: Settings) -> str:
    folder = settings.transcripts.path
    if folder is None:
        return "none configured"
    if not folder.is_dir():
        raise ContractError(f"there is no folder {folder}")
    calls = read_call_log(_source(settings.call_log)).frame
    stored = Store(settings.store.path).read(CALLS)
    archive = read_archive(folder, names_of(calls, stored))
    return f"{len(archive.lines)} calls with a transcript, {len(archive.refusals)} files refused"


def _surveys(settings: Settings) -> str:
    if settings.surveys.path is None:
        return "none configured: behaviours are measured, nothing is ranked"
    calls = read_call_log(_source(settings.call_log)).frame
    rows = read_surveys(_source(settings.surveys), calls)
    answers = int(rows.frame["score"].notna().sum())
    return f"{len(rows.frame)} invitations, {answers} answers, {len(rows.refusals)} refused"


def _workforce(settings: Settings) -> str:
    if settings.workforce.path is None:
        return "none configured"
    return f"{len(read_workforce(_source(settings.workforce)).frame)} rows"


def _speech(settings: Settings) -> str:
    if settings.recordings.path is None:
        return "not needed: no recordings are configured"
    options = speech_options(settings.speech, workers=settings.run.worker_count)
    model = load(options)
    whisper = model.whisper.model
    return (
        f"{options.model} (revision {model.revision}) on {whisper.device}, "
        f"{whisper.compute_type}, {options.threads} thread(s) a worker"
    )


def _store(settings: Settings) -> str:
    store = Store(settings.store.path)
    with store.locked():
        version = store.version(CALLS)
    state = "empty" if version is None else f"CALLS at version {version}"
    return f"{settings.store.path}, {state}"


def _privacy(settings: Settings) -> str:
    """Where the key is, what is kept how long, whether the audit log is whole."""
    key = "a key in the environment" if VARIABLE in os.environ else settings.privacy.key_file.name
    if is_marked(settings):
        pseudonyms_of(settings)
    audit = Audit(settings.privacy.audit_log)
    if audit.problems():
        raise StoreError(*audit.problems())
    days = settings.retention.model_dump(exclude_none=True)
    kept = ", ".join(f"{name} {count} days" for name, count in days.items()) or "for ever"
    return f"pseudonyms by {key}; audit log whole, {len(audit)} lines; kept: {kept}"
