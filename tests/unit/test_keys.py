"""The key: from the environment, else made once and kept; a store refuses another one."""

import stat
from pathlib import Path

import pytest

from flows import configuration
from flows.configuration import Settings
from flows.keys import VARIABLE, gate_of, mark, pseudonyms_of
from pipeline.errors import ConfigurationError
from pipeline.store import Store

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv(VARIABLE, raising=False)
    path = tmp_path / "attune.toml"
    path.write_text("[call_log]\npath = 'log.csv'\n")
    return configuration.load(path)


def made(settings: Settings) -> None:
    """A store that knows its key."""
    settings.store.path.mkdir()
    mark(settings, pseudonyms_of(settings))


def test_without_a_key_one_is_made_kept_for_the_owner_and_warned_of(settings: Settings) -> None:
    said: list[str] = []
    first = pseudonyms_of(settings, say=said.append)
    file = settings.privacy.key_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert settings.store.path not in file.parents
    assert pseudonyms_of(settings) == first
    assert len(said) == 1 and VARIABLE in said[0] and first.key.decode() not in said[0]


def test_the_environment_goes_before_the_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    said: list[str] = []
    assert pseudonyms_of(settings, say=said.append).key == KEY.encode()
    assert not said and not settings.privacy.key_file.exists()


def test_another_key_than_the_stores_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(settings)
    monkeypatch.setenv(VARIABLE, KEY)
    with pytest.raises(ConfigurationError, match="join with nobody"):
        gate_of(settings, Store(settings.store.path))


def test_agents_cannot_get_pseudonyms_later(settings: Settings) -> None:
    made(settings)
    settings.privacy.agent_pseudonyms = True
    with pytest.raises(ConfigurationError, match="agent_pseudonyms"):
        pseudonyms_of(settings)


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_short_key_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    if where == "environment":
        monkeypatch.setenv(VARIABLE, "short")
    else:
        settings.privacy.key_file.write_text("")
    with pytest.raises(ConfigurationError, match="expected 16 and more"):
        pseudonyms_of(settings)


def test_a_key_file_that_cannot_be_made_is_an_error_with_a_way_out(settings: Settings) -> None:
    settings.privacy.key_file = settings.call_log.path / "x"  # type: ignore[operator]
    settings.call_log.path.write_text("")  # type: ignore[union-attr]
    with pytest.raises(ConfigurationError, match=VARIABLE):
        pseudonyms_of(settings)
