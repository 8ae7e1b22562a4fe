"""Loading the speech model: from a folder, by a name, and what is said when it cannot be had."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.demonstration import SPEECH
from pipeline.errors import ModelUnavailableError
from pipeline.speech import model as speech
from pipeline.speech.model import SpeechOptions, load, locate, revision, version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SPEECH.model, tmp_path / "model"))


def options(folder: Path | str) -> SpeechOptions:
    return replace(SPEECH, model=str(folder))


def test_a_folder_is_loaded_and_named_by_its_weights(folder: Path) -> None:
    model = load(options(folder))
    assert model.revision == revision(folder)
    assert model.speaks("en")
    assert not model.speaks("de")
    assert model.window_s == 15
    (folder / "config.json").write_text("{}", encoding="utf-8")
    assert revision(folder) != model.revision


@pytest.mark.parametrize("name", speech.FILES)
def test_a_folder_that_lacks_a_file_says_which_and_what_to_do(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelUnavailableError, match=name) as caught:
        load(options(folder))
    assert "local-dir" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.bin", b""),
        ("model.bin", b"not a model"),
        ("config.json", b"not json"),
        ("tokenizer.json", b"not json"),
        ("tokenizer.json", b"{}"),
    ],
)
def test_a_folder_of_another_format_is_told(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(ModelUnavailableError) as caught:
        load(options(folder))
    assert str(folder) in str(caught.value)


def test_half_a_model_is_told(folder: Path) -> None:
    weights = folder / "model.bin"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    with pytest.raises(ModelUnavailableError):
        load(options(folder))


def changed(name: str, change: Callable[[Any], object]) -> Callable[[Path], None]:
    """Puts the changed content of a JSON file into a model's folder."""

    def do(folder: Path) -> None:
        path = folder / name
        content = change(json.loads(path.read_text(encoding="utf-8")))
        path.write_text(json.dumps(content), encoding="utf-8")

    return do


def of_another_vocabulary(tokenizer: dict[str, Any]) -> dict[str, Any]:
    """As many tokens, most of them in other places."""
    known = tokenizer["model"]["vocab"]
    swapped = {token: len(known) - 1 - i if i > 300 else i for token, i in known.items()}
    return {**tokenizer, "model": {**tokenizer["model"], "vocab": swapped}}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (changed("config.json", lambda config: {}), "config.json names no alignment_heads"),
        (changed("config.json", lambda config: [config]), "config.json names no alignment_heads"),
        (
            changed("preprocessor_config.json", lambda config: {**config, "feature_size": 128}),
            "128 bands of a sound, the model takes 80",
        ),
        (changed("tokenizer.json", of_another_vocabulary), "tokens that are not the model's"),
        (
            changed("tokenizer.json", lambda tokenizer: {**tokenizer, "added_tokens": []}),
            "lacks <|startoftranscript|>",
        ),
    ],
)
def test_files_of_several_models_in_one_folder_are_told_before_anything_is_heard(
    folder: Path, change: Callable[[Path], None], why: str
) -> None:
    change(folder)
    with pytest.raises(ModelUnavailableError, match=re.escape(why)):
        load(options(folder))


def test_a_published_model_of_another_format_is_told(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "model.bin").rename(folder / "model.safetensors")
    monkeypatch.setattr(speech, "download_model", lambda name: str(folder))
    with pytest.raises(ModelUnavailableError, match=r"lacks model\.bin"):
        locate("openai/whisper-small")


def test_a_folder_in_ones_home_is_found(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    assert locate(f"~/{folder.name}") == folder


@pytest.mark.parametrize("name", ["smal.en", "./nowhere", "/no/such/folder"])
def test_a_name_that_nobody_publishes_and_no_folder_has(name: str) -> None:
    with pytest.raises(ModelUnavailableError, match=r"small\.en"):
        locate(name)


def test_without_network_it_says_how_to_bring_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(name: str) -> str:
        raise ConnectionError(f"no route to the hub for {name}")

    monkeypatch.setattr(speech, "download_model", unreachable)
    with pytest.raises(ModelUnavailableError, match="could not be downloaded") as caught:
        locate("small.en")
    assert "local-dir" in str(caught.value)


@pytest.mark.parametrize(
    "wrong", [replace(SPEECH, device="cuda:99"), replace(SPEECH, compute_type="int3")]
)
def test_a_device_or_type_that_is_not_there_is_told(wrong: SpeechOptions) -> None:
    with pytest.raises(ModelUnavailableError, match="does not load"):
        load(wrong)


@pytest.mark.parametrize(
    "other",
    [
        {"hotwords": "Northwind"},
        {"initial_prompt": "A call."},
        {"beam_size": 1},
        {"window_s": 12.0},
        {"fitted_windows": False},
    ],
)
def test_what_changes_words_changes_the_version(other: dict[str, object]) -> None:
    before = version("r", SPEECH, ["tracks"])
    assert version("r", replace(SPEECH, **other), ["tracks"]) != before  # type: ignore[arg-type]
    assert version("other", SPEECH, ["tracks"]) != before
    assert version("r", SPEECH, ["others"]) != before


def test_what_changes_only_the_pace_does_not() -> None:
    before = version("r", SPEECH, [])
    assert version("r", replace(SPEECH, threads=7, batch_windows=3), []) == before
