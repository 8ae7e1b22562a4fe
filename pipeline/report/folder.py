"""The report's folder: written beside the old one and swapped, so nobody reads half a report."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import UsageError

MARK = '<meta name="generator" content="Attune">'


def replace_folder(folder: Path, files: Mapping[str, str]) -> Path:
    """Make `folder` hold exactly `files` (path to text), and return its index.html.

    The files are written into a sibling folder, which then takes the old one's place; pages of an
    earlier report disappear. Raises UsageError when the folder holds something that is not a
    report: replacing it would delete somebody's files.
    """
    target = folder.resolve()
    _refuse_foreign(target)
    try:
        _swap(target, files)
    except OSError as error:
        raise UsageError(
            f"{target}: the report cannot be written ({error.strerror}).",
            next_step="set [report] path to a folder that can be written.",
        ) from error
    return folder / "index.html"


def _swap(target: Path, files: Mapping[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as room:
        # A folder inside it: the temporary one is readable by its owner only, a report is not.
        fresh, old = Path(room, "new"), Path(room, "old")
        _write(fresh, files)
        if target.exists():
            target.rename(old)
        fresh.rename(target)


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(f"{target}: got a file, expected a folder for the report.")
    index = target / "index.html"
    ours = index.is_file() and MARK in index.read_text(encoding="utf-8", errors="replace")
    if not ours and any(target.iterdir()):
        raise UsageError(
            f"{target}: the folder holds files that are not an earlier report, and a new report "
            "would replace them all.",
            next_step="choose an empty or a new folder.",
        )


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # "replace": a lone surrogate in an id cannot be written in UTF-8 and must not stop a run.
        path.write_bytes(text.encode("utf-8", "replace"))
