"""The rooms: arrows one way, files of a size, ours and nobody else's, documents fresh."""

import ast
import importlib
import re
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from flows.documents import documents

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("pipeline", "models", "flows")
LONGEST_MODULE = 400
FORBIDDEN = {
    "pipeline": ("models", "flows", "tests", "prefect", "typer"),
    "models": ("flows", "tests", "prefect", "typer"),
    "flows": ("tests",),
}
WORLD = ("os.environ", "os.getenv", "datetime.now", "datetime.utcnow", "date.today", "time.time",
         "Timestamp.now", "random.random", "np.random.seed")  # fmt: skip
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
PURE = [path for path in MODULES if path.relative_to(ROOT).parts[0] != "flows"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_module = pytest.mark.parametrize("path", MODULES, ids=named)


def imported(path: Path) -> Iterator[str]:
    """Every module that `path` imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: a relative import hides its room"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_are_modules_to_look_at() -> None:
    assert {named(path).split("/")[0] for path in MODULES} == set(ROOMS)


@every_module
def test_arrows_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    wrong = {name for name in imported(path) if name.split(".")[0] in FORBIDDEN[room]}
    assert not wrong


@pytest.mark.parametrize("path", PURE, ids=named)
def test_the_world_enters_by_parameter(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not {name for name in used if name.endswith(WORLD)}
    assert not {"os.environ", "os.getenv"} & set(imported(path))


@every_module
def test_modules_are_named_by_noun_and_stay_short(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "misc", "common"}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_imported_from_this_checkout(room: str) -> None:
    module = importlib.import_module(room)
    assert [Path(path).resolve() for path in module.__path__] == [(ROOT / room).resolve()]


def test_no_other_distribution_claims_the_names_of_our_rooms() -> None:
    ours = re.compile(rf"^(?:{'|'.join(ROOMS)})(?:/|\.py,)", re.MULTILINE)
    records = {one.name: one.read_text("RECORD") or "" for one in distributions()}
    assert len(records) > 1
    assert not {name for name, text in records.items() if name != "attune" and ours.search(text)}


@pytest.mark.parametrize("path", documents(ROOT), ids=named)
def test_documents_made_from_the_code_are_fresh(path: Path) -> None:
    wanted = documents(ROOT)[path] + "\n"
    assert path.read_text(encoding="utf-8") == wanted, "run `make docs` and commit"


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert not {named(folder) for folder in folders if not (folder / "__init__.py").is_file()}
