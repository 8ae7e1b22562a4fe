"""Report: the folder of pages, anew when a table changed that it shows, or the copies it plays."""

from pathlib import Path

from flows.stages.site import Site
from pipeline.behaviours import behaviours_table, registered
from pipeline.behaviours.register import register_facts
from pipeline.join import joined_table
from pipeline.report import ReportOptions, ReportTables, write_report
from pipeline.tables import (
    ACTIVITY,
    CALLS,
    DRIVERS,
    FOCUS,
    FOLLOW_UPS,
    MOMENTS,
    QUARANTINE,
    SURVEYS,
)

REPORT_VERSION = "report-3"
MADE_FROM = ".made-from"

ACTIVITY_COLUMNS = [
    "call_id", "source", "duration_s", "channels", "sides", "room", "timing_confidence",
]  # fmt: skip
"""Stretches of speech are many and shown nowhere."""


def report(site: Site) -> None:
    """Write the pages unless they were made from just these tables."""
    settings = site.settings.report
    folder = settings.path
    behaviours, joined = behaviours_table(), joined_table()
    tables = [DRIVERS, FOCUS, FOLLOW_UPS, MOMENTS, joined, CALLS, SURVEYS, behaviours, QUARANTINE,
              ACTIVITY]  # fmt: skip
    recordings = site.settings.privacy.recordings
    chosen = f"{settings.title}|{settings.benchmark}|{site.settings.rank.level}|{REPORT_VERSION}"
    fingerprint = site.made_from(
        tables, f"{chosen}|{register_facts()}|{state_of_copies(recordings)}"
    )
    site.tally.report = folder / "index.html"
    mark = folder / MADE_FROM
    if mark.is_file() and mark.read_text(encoding="utf-8") == fingerprint:
        return
    read = site.store.read
    write_report(
        folder,
        ReportTables(
            drivers=read(DRIVERS),
            focus=read(FOCUS),
            follow_ups=read(FOLLOW_UPS),
            moments=read(MOMENTS),
            joined=read(joined),
            calls=read(CALLS),
            surveys=read(SURVEYS),
            behaviours=read(behaviours),
            quarantine=read(QUARANTINE),
            activity=read(ACTIVITY, columns=ACTIVITY_COLUMNS),
        ),
        registered(),
        ReportOptions(
            title=settings.title,
            benchmark=settings.benchmark,
            level=site.settings.rank.level,
            recordings=recordings,
        ),
    )
    mark.write_text(fingerprint, encoding="utf-8")


def state_of_copies(recordings: Path | None) -> str:
    """Names the copies that the pages play: another folder, or one copy more or less, is another.

    A folder's time changes with what is in it; a million copies need not be looked through.
    """
    if recordings is None:
        return ""
    changed = recordings.stat().st_mtime_ns if recordings.is_dir() else "nowhere"
    return f"{recordings.name}@{changed}"
