"""Settings: environment over file over default, and every mistake by name, all at once."""

from pathlib import Path

import pytest

from flows.configuration import load
from pipeline.errors import ConfigurationError

LOG = '[call_log]\npath = "log.csv"\n'


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "attune.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(written(folder, text))
    assert caught.value.exit_code == 3
    return list(caught.value.problems)


def test_defaults_and_paths_beside_the_file(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LOG + '[store]\npath = "../store"\n'))
    assert settings.call_log.path == tmp_path.resolve() / "log.csv"
    assert settings.store.path == tmp_path.resolve().parent / "store"
    assert settings.report.path == tmp_path.resolve() / "report"
    assert settings.surveys.path is None
    assert (settings.rank.window_days, settings.speech.model) == (30, "small.en")


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    settings = load(written(tmp_path, '[call_log]\npath = "/data/log.csv"\n'))
    assert str(settings.call_log.path) == "/data/log.csv"


def test_a_folder_beside_the_file_is_the_model(tmp_path: Path) -> None:
    (tmp_path / "small.en").mkdir()
    assert load(written(tmp_path, LOG)).speech.model == str(tmp_path.resolve() / "small.en")


def test_the_environment_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_SPEECH__MODEL", "tiny.en")
    settings = load(written(tmp_path, LOG + '[speech]\nmodel = "base.en"\nthreads = 2\n'))
    assert (settings.speech.model, settings.speech.threads) == ("tiny.en", 2)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ATTUNE_SPEECH", "no json", 'error parsing value for field "speech"'),
        ("ATTUNE_SPEECH__MODLE", "x", "did you mean 'model'?"),
        ("ATTUNE_RANK__LEVEL", "high", "rank.level"),
    ],
)
def test_a_mistake_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(name, value)
    assert why in problems(tmp_path, LOG)[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "[call_log] path is missing"),
        ("[a", "not a TOML file"),
        (b"# \xe9\n" + LOG.encode(), "not a TOML file"),
        (LOG + "[speech]\nmodle = 1\n", "no setting 'speech.modle'; did you mean 'model'?"),
        (LOG + "[speach]\nx = 1\n", "there is no setting 'speach'; did you mean 'speech'?"),
        (LOG + "[zzz]\nx = 1\n", "there is no setting 'zzz'; expected one of behaviours, "),
        ("_env_file = 'x'\n" + LOG, "there is no setting '_env_file'"),
        ("_build_sources = 'x'\n" + LOG, "there is no setting '_build_sources'"),
        ("self = 1\n" + LOG, "there is no setting 'self'"),
        ("call_log = 'log.csv'\n", "call_log: Input should be a valid dictionary"),
        (LOG + "timezone = 'Mars/X'\n", "timezone: expected a time zone such as Europe/Berlin"),
        (LOG + "timezone = ''\n", "timezone: expected a time zone"),
        (LOG + "timezone = 'Europe'\n", "timezone: expected a time zone"),
        (LOG + "timezone = '../../etc/passwd'\n", "timezone: expected a time zone"),
        (LOG + "[report]\nbenchmark = 'zoos'\n", "report.benchmark: expected one of ['contact ce"),
        (LOG + "[call_log.columns]\ncall_id = 5\n", "call_log.columns.call_id"),
        (LOG + "[rank]\nlevel = nan\n", "rank.level"),
        ('[call_log]\npath = "a\\u0000b"\n', "call_log.path: a path cannot hold a null"),
        ("[call_log]\npath = '~nobody-of-this-name/x'\n", "call_log.path: there is no such home"),
        (LOG + f"[speech]\nmodel = '{'x' * 5000}'\n", "speech.model: File name too long"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, text: str | bytes, why: str) -> None:
    assert why in problems(tmp_path, text)[0]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = LOG + "[speech]\nthreads = -1\ndevice = 'gpu'\n[rank]\nwindow_days = 91\n[x]\n"
    assert len(problems(tmp_path, text)) == 4


def test_no_file_and_a_folder_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no configuration file"):
        load(tmp_path / "no.toml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert load(written(tmp_path, b"\xef\xbb\xbf" + LOG.encode())).call_log.path is not None
