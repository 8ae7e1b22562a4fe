"""The speech model: a folder or a published name, loaded once, with a clear word when it is not."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from faster_whisper import WhisperModel, available_models
from faster_whisper.utils import download_model

from pipeline.errors import ModelUnavailableError

FILES = ("config.json", "model.bin", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")

SPECIAL = ("<|startoftranscript|>", "<|endoftext|>", "<|notimestamps|>", "<|startofprev|>")
LEAST_AGREEING = 0.99
"""Of the tokenizer's tokens, so many are the model's own, in their places: converters differ in a
few marks, and the tokenizer of another model turns every word into another one."""

BRING_A_FOLDER = (
    "download the model on a machine with network (`pip install huggingface_hub`, then "
    "`hf download Systran/faster-whisper-small.en --local-dir small.en`), copy the folder here and "
    'set [speech] model = "path/to/small.en".'
)


@dataclass(frozen=True)
class SpeechOptions:
    """What speech runs on. `threads` are per worker; `batch_windows` bounds memory.

    `window_s` fills the model's windows only so far: a small model loses its way in full ones.
    `fitted_windows` pads them to whole seconds instead of to the model's own length, at a fraction
    of the encoder's time (a third of a window costs a tenth). Only for models that were trained
    with such windows, as the demo's was: published ones saw 30 s always, and what shorter ones
    cost them is not known. `hotwords` and `initial_prompt` tell it the words of the trade.
    """

    model: str = "small.en"
    device: str = "auto"
    compute_type: str = "default"
    threads: int = 1
    batch_windows: int = 8
    beam_size: int = 5
    hotwords: str | None = None
    initial_prompt: str | None = None
    window_s: float | None = None
    fitted_windows: bool = False


@dataclass(frozen=True)
class SpeechModel:
    """A loaded model; `revision` names its weights and is part of every transcript's version."""

    whisper: WhisperModel
    revision: str

    @property
    def window_s(self) -> float:
        """Length of the encoder's window in seconds."""
        return float(self.whisper.feature_extractor.chunk_length)

    def speaks(self, language: str) -> bool:
        """Whether the model knows a language (ISO 639-1)."""
        return language in self.whisper.supported_languages


def locate(model: str) -> Path:
    """The model's folder; a published model is downloaded on first use, with a progress bar.

    Raises ModelUnavailableError for an unknown name, an incomplete folder, or without network.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        _check_folder(folder)
        return folder
    looks_like_path = model.startswith((".", "/", "~")) or model.count("/") > 1
    if looks_like_path or (model not in available_models() and "/" not in model):
        raise ModelUnavailableError(
            f"No speech model {model!r}: it is neither a folder nor one of "
            f"{', '.join(available_models())}.",
            next_step='set [speech] model in attune.toml, for instance to "small.en".',
        )
    try:
        folder = Path(download_model(model))
    except Exception as error:  # the hub's client raises whatever its transport does
        raise ModelUnavailableError(
            f"Speech model {model!r} is not on this machine and could not be downloaded "
            f"({type(error).__name__}).",
            next_step=BRING_A_FOLDER,
        ) from error
    _check_folder(folder)  # "openai/whisper-small" comes down, and is of another format
    return folder


def _check_folder(folder: Path) -> None:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ModelUnavailableError(
            f"Model folder {folder} lacks {', '.join(missing)}; expected a CTranslate2 Whisper "
            f"model with {', '.join(FILES)}.",
            next_step=BRING_A_FOLDER,
        )


def revision(folder: Path) -> str:
    """Names the weights: the first 16 hex digits of the SHA-256 of model.bin and config.json."""
    digest = hashlib.sha256()
    for name in ("config.json", "model.bin"):
        with (folder / name).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:16]


def load(options: SpeechOptions) -> SpeechModel:
    """Load the model; ModelUnavailableError where it, the device or the type is not there."""
    folder = locate(options.model)
    try:
        whisper = WhisperModel(
            str(folder),
            device=options.device,
            compute_type=options.compute_type,
            cpu_threads=options.threads,
        )
    except Exception as error:  # the tokenizer's own errors have no other class
        raise ModelUnavailableError(
            f"Speech model {folder} does not load on device {options.device!r} with compute type "
            f"{options.compute_type!r}: {error}",
            next_step='set [speech] device = "cpu" and compute_type = "int8", or copy the folder '
            "again, whole.",
        ) from error
    _check_parts(folder, whisper)
    return SpeechModel(whisper, revision(folder))


def _check_parts(folder: Path, whisper: WhisperModel) -> None:
    """Raise ModelUnavailableError where the folder's files are not of one model.

    CTranslate2 loads them all the same, and then ends the process or writes other words.
    """
    problems = [why for why in (_config(folder), _bands(whisper), _tokens(folder, whisper)) if why]
    if problems:
        raise ModelUnavailableError(
            *(f"Speech model {folder}: {why}" for why in problems), next_step=BRING_A_FOLDER
        )


def _config(folder: Path) -> str | None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if isinstance(config, dict) and config.get("alignment_heads"):
        return None
    return "config.json names no alignment_heads, so its words would have no times."


def _bands(whisper: WhisperModel) -> str | None:
    given, taken = len(whisper.feature_extractor.mel_filters), whisper.model.n_mels
    if given == taken:
        return None
    return (
        f"preprocessor_config.json (80 bands where there is none) makes {given} bands of a sound, "
        f"the model takes {taken}."
    )


def _tokens(folder: Path, whisper: WhisperModel) -> str | None:
    tokenizer = whisper.hf_tokenizer
    missing = [token for token in SPECIAL if tokenizer.token_to_id(token) is None]
    if missing:
        return f"tokenizer.json lacks {', '.join(missing)}: it is not Whisper's."
    own = enumerate(_vocabulary(folder))
    agree = [token == known for i, token in own if (known := tokenizer.id_to_token(i)) is not None]
    if sum(agree) >= LEAST_AGREEING * len(agree):
        return None
    return f"tokenizer.json has {len(agree) - sum(agree)} tokens that are not the model's."


def _vocabulary(folder: Path) -> list[str]:
    """The model's tokens in order."""
    path = next(folder / name for name in VOCABULARIES if (folder / name).is_file())
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else text.split("\n")


def version(model_revision: str, options: SpeechOptions, definitions: Sequence[str]) -> str:
    """What a transcript depends on besides the recording."""
    chosen = (
        options.hotwords, options.initial_prompt, options.beam_size, options.window_s,
        options.fitted_windows,
    )  # fmt: skip
    parts = [model_revision, *map(str, chosen)]
    return hashlib.sha256("|".join([*parts, *definitions]).encode()).hexdigest()[:16]
