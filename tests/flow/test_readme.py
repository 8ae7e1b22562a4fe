"""What the README shows works: its commands, its configuration, its promises of files."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from flows.configuration import Settings
from pipeline.store import Store
from pipeline.tables import FOCUS
from tests.flow.conftest import Cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands(program: str) -> list[str]:
    lines = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith(program)]


@pytest.mark.parametrize("command", commands("attune"))
def test_command(command: str, ran: Path, attune: Cli) -> None:
    if "focus" in command and Store(ran / "store").read(FOCUS).empty:
        # the small centre has no finding: the command says so, and what to do
        done = attune(*shlex.split(command)[1:], cwd=ran)
        assert done.returncode == 2 and "Next:" in done.stderr
        return
    arguments = shlex.split(command)[1:]
    plain = ["--plain"] if arguments[0] == "run" else []
    done = attune(*arguments, *plain, cwd=ran)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", commands("make"))
def test_make_target(command: str) -> None:
    target = command.split()[1]
    assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"))


def test_configuration() -> None:
    parts = [tomllib.loads(block) for block in blocks("toml")]
    whole, speech, behaviours, privacy = (
        Settings(**{"call_log": {"path": "log.csv"}} | part) for part in parts
    )
    assert behaviours.behaviours.voice_emotion == "off"
    assert whole.call_log.columns == {"after_call_work_s": "ACW seconds"}
    assert speech.speech.language == "auto"
    assert privacy.retention.turns == 90


def test_files_it_names() -> None:
    for path in re.findall(r"\]\(([\w./]+)\)", README):
        assert (ROOT / path).exists(), path


def test_sample_runs(tmp_path: Path, attune: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """`data/sample` is processed as it is committed; its tables go elsewhere here."""
    monkeypatch.setenv("ATTUNE_STORE__PATH", str(tmp_path / "store"))
    monkeypatch.setenv("ATTUNE_REPORT__PATH", str(tmp_path / "report"))
    monkeypatch.setenv("ATTUNE_PRIVACY__KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("ATTUNE_PRIVACY__AUDIT_LOG", str(tmp_path / "audit.jsonl"))
    done = attune("run", "--plain", "-c", str(ROOT / "data/sample/attune.toml"))
    assert done.returncode == 0, done.stderr
    assert "2 heard, 38 read, 40 measured" in done.stdout
    assert (tmp_path / "report" / "index.html").is_file()
