"""Recordings: which files belong to which call, by the call log or by their names."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.ingest.refusals import Refusal

AGENT_ENDINGS = ("_agent",)
CUSTOMER_ENDINGS = ("_customer", "_caller")
SOUND_ENDINGS = (
    ".wav", ".mp3", ".ogg", ".opus", ".oga", ".m4a", ".mp4", ".aac", ".flac", ".webm", ".gsm",
    ".g722", ".au", ".aif", ".aiff", ".amr", ".wma",
)  # fmt: skip
BOTH = "\n"
"""Separates the agent's file from the customer's where a call has one for each."""


@dataclass(frozen=True)
class Matched:
    """Per call its recording (one file, or one for each side), and what is left over."""

    recordings: dict[str, str]
    refusals: tuple[Refusal, ...]


def list_files(folder: Path) -> list[str]:
    """Every file below `folder`, relative to it, sorted; hidden ones are passed over."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    names = (path.relative_to(folder).as_posix() for path in paths)
    return sorted(
        name for name in names if not any(part.startswith(".") for part in name.split("/"))
    )


def match(calls: pd.DataFrame, files: Sequence[str], *, known: Iterable[str] = ()) -> Matched:
    """Give each call its recording: the log's column `recording`, or `recording_agent` and
    `recording_customer`; else the file named like the call_id, alone or with `_agent` and
    `_customer` (or `_caller`) behind it.

    Refused: a name in the log that no file has or several have, one side without the other, a file
    that an earlier row has, names that cannot be written down, and files that no call claims, in
    this log or an earlier one (`known`). `files` are relative paths; a name in the log is only ever
    looked up among them.
    """
    odd = [file for file in files if not _writable(file)]
    files = [file for file in files if _writable(file)]
    by_name: dict[str, list[str]] = {}
    by_stem: dict[str, list[str]] = {}
    for file in files:
        by_name.setdefault(file.rsplit("/", 1)[-1], []).append(file)
        by_stem.setdefault(_stem(file), []).append(file)
    by_name |= {file: [file] for file in files}
    recordings: dict[str, str] = {}
    owners: dict[str | None, str] = {}
    refusals: list[Refusal] = []
    columns = ["call_id", "recording", "recording_agent", "recording_customer"]
    for call_id, *named in calls[columns].itertuples(index=False):
        given = [name if isinstance(name, str) else None for name in named]
        found, problem = _named(given, by_name) if any(given) else _by_stem(str(call_id), by_stem)
        if found in owners:
            found, problem = None, f"its recording is that of call {owners[found]} already"
        if found:
            recordings[str(call_id)] = found
            owners[found] = str(call_id)
        if problem:
            refusals.append(Refusal("recording", f"call {call_id}", problem))
    refusals += [Refusal("recording", ascii(file), "its name is no plain text") for file in odd]
    return Matched(recordings, (*refusals, *_unclaimed(files, [*recordings.values(), *known])))


def _writable(file: str) -> bool:
    """Whether a table can hold the name: a Linux file's may be any bytes, even a line break."""
    return BOTH not in file and file == file.encode(errors="replace").decode()


def _stem(file: str) -> str:
    return file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _named(
    given: Sequence[str | None], by_name: dict[str, list[str]]
) -> tuple[str | None, str | None]:
    one, agent, customer = given
    if one:
        return _looked_up([one], by_name)
    if agent and customer:
        return _looked_up([agent, customer], by_name)
    side = "customer" if agent else "agent"
    return None, f"the call log names a file for one side only; recording_{side} is empty"


def _looked_up(
    names: Sequence[str], by_name: dict[str, list[str]]
) -> tuple[str | None, str | None]:
    for name in names:
        files = by_name.get(name, [])
        if not files:
            return None, f"the call log names {name!r}, which is not among the recordings"
        if len(files) > 1:
            return None, f"the call log names {name!r}, and {len(files)} files have that name"
    return BOTH.join(by_name[name][0] for name in names), None


def _by_stem(call_id: str, by_stem: dict[str, list[str]]) -> tuple[str | None, str | None]:
    alone = by_stem.get(call_id, [])
    # A file of another kind beside the sound (C1.json beside C1.wav) does not make it doubtful.
    alone = [name for name in alone if name.lower().endswith(SOUND_ENDINGS)] or alone
    if len(alone) > 1:
        return None, f"{len(alone)} files have the call's name: {', '.join(alone)}"
    if alone:
        return alone[0], None
    agent = [f for ending in AGENT_ENDINGS for f in by_stem.get(call_id + ending, [])]
    customer = [f for ending in CUSTOMER_ENDINGS for f in by_stem.get(call_id + ending, [])]
    if len(agent) == len(customer) == 1:
        return BOTH.join([*agent, *customer]), None
    if agent or customer:
        return None, "there is a file for one side of the call, and none (or several) for the other"
    return None, None


def _unclaimed(files: Sequence[str], claimed: Iterable[str]) -> list[Refusal]:
    used = {name for recording in claimed for name in recording.split(BOTH)}
    return [
        Refusal("recording", file, "no call in the call log belongs to it")
        for file in files
        if file not in used
    ]


def content_hash(folder: Path, recording: str) -> str:
    """SHA-256 of the file's bytes; of both hashes where a call has two files."""
    digests = [_sha256(folder / name) for name in recording.split(BOTH)]
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
