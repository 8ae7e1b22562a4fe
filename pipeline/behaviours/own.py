"""Behaviours of the user's own: a folder of Python files beside the configuration.

    from pipeline.behaviours import Call, Measure, behaviour, found

    @behaviour(unit="yes/no", owner="agent", expected="up", label="Says the brand", binary=True,
               source="our quality form", sided=True, from_words=True)
    def says_the_brand(call: Call) -> Measure:
        \"\"\"1 when the agent says the brand's name at least once; else 0.\"\"\"
        moments = found(call, "brand")
        return Measure(float(bool(moments)), moments)

Each function is a behaviour as ours are. Phrases of one's own are in `words/en/brand.txt` below the
folder, in the notation of our packs.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

from pipeline.behaviours.language import add_packs, languages, pack
from pipeline.behaviours.register import OWN_MODULES, forget_own
from pipeline.errors import ConfigurationError

_loaded: list[tuple[Path | None, str]] = [(None, "")]


def own_version() -> str:
    """Changes with any file of the folder; empty without one."""
    return _loaded[0][1]


def load_own(folder: Path | None) -> None:
    """Register what the folder's files define, instead of what was loaded before; None: nothing.

    Files are read by name. Raises ConfigurationError with every file that cannot be loaded.
    """
    version = _digest(folder) if folder is not None else ""
    if _loaded[0] == (folder, version):
        return
    forget_own()
    add_packs(None if folder is None else folder / "words")
    _loaded[0] = (folder, version)
    problems = list(_problems(folder)) if folder is not None else []
    if problems:
        _loaded[0] = (None, "")
        forget_own()
        add_packs(None)
        raise ConfigurationError(
            *problems, next_step="mend the files in [behaviours] folder, or leave the setting out."
        )


def _digest(folder: Path) -> str:
    if not folder.is_dir():
        raise ConfigurationError(f"behaviours.folder: there is no folder {folder}.")
    files = sorted([*folder.rglob("*.py"), *folder.rglob("words/**/*.txt")])
    known = hashlib.sha256()
    for path in files:
        known.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return known.hexdigest()[:16]


def _problems(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.py")):
        yield from _tried(path.name, partial(_import, path))
    for language in sorted(languages()):
        yield from _tried(f"words/{language}", partial(pack, language))


def _tried(name: str, work: Callable[[], object]) -> Iterator[str]:
    try:
        work()
    except (Exception, SystemExit) as error:  # a user's file may raise anything
        yield f"behaviours.folder: {name}: {type(error).__name__}: {error}."


def _import(path: Path) -> None:
    name = OWN_MODULES + path.stem
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses in it look for their module there
    # As it is now: Python's own cache of compiled files goes by the time and size of a file.
    exec(compile(path.read_bytes(), path, "exec"), module.__dict__)
