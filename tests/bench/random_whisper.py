"""A Whisper of a published size with random weights: what a batch costs does not depend on them."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec


@dataclass(frozen=True)
class Size:
    """Layers of encoder and decoder each, width, heads, entries of the vocabulary."""

    layers: int = 12
    width: int = 768
    heads: int = 12
    vocabulary: int = 51_864


SMALL_EN = Size()
"""whisper-small.en, 244 M parameters."""


def save(folder: Path, like: Path, size: Size = SMALL_EN) -> Path:
    """Write it in CTranslate2's format, int8; tokenizer and features are those of model `like`."""
    if not (folder / "model.bin").exists():
        folder.mkdir(parents=True, exist_ok=True)
        spec = _spec(size, np.random.default_rng(1))
        spec.register_vocabulary(_vocabulary(size))
        spec.config.alignment_heads = [(size.layers - 1, head) for head in range(6)]
        spec.validate()
        spec.optimize(quantization="int8")
        spec.save(str(folder))
        shutil.copy(like / "tokenizer.json", folder)
        features = {"feature_size": 80, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
        (folder / "preprocessor_config.json").write_text(json.dumps(features), encoding="utf-8")
    return folder


def _vocabulary(size: Size) -> list[str]:
    """Tokens without meaning, but for those that the recogniser steers by."""
    special = ["endoftext", "startoftranscript", "translate", "transcribe", "startoflm",
               "startofprev", "nospeech", "notimestamps"]  # fmt: skip
    times = [f"<|{number * 0.02:.2f}|>" for number in range(1501)]
    text = [f"text{number}" for number in range(size.vocabulary - len(special) - len(times))]
    return [*text, *(f"<|{name}|>" for name in special), *times]


def _spec(size: Size, rng: np.random.Generator) -> Any:  # noqa: ANN401 - CTranslate2 has no types
    width = size.width
    spec = WhisperSpec(size.layers, size.heads, size.layers, size.heads)
    for conv, bands in ((spec.encoder.conv1, 80), (spec.encoder.conv2, width)):
        conv.weight, conv.bias = _random(rng, width, bands, 3), np.zeros(width, np.float32)
    _linear(spec.decoder.embeddings, rng, size.vocabulary, width)
    _linear(spec.decoder.projection, rng, size.vocabulary, width)
    for part, positions in ((spec.encoder, 1500), (spec.decoder, 448)):
        part.position_encodings.encodings = _random(rng, positions, width)
        _norm(part.layer_norm, width)
        for layer in part.layer:
            _attention(layer.self_attention, rng, width, (3, 1))
            if part is spec.decoder:
                _attention(layer.attention, rng, width, (1, 2, 1))
            _norm(layer.ffn.layer_norm, width)
            _linear(layer.ffn.linear_0, rng, 4 * width, width)
            _linear(layer.ffn.linear_1, rng, width, 4 * width)
    return spec


def _attention(spec: Any, rng: np.random.Generator, width: int, parts: tuple[int, ...]) -> None:  # noqa: ANN401
    _norm(spec.layer_norm, width)
    for linear, part in zip(spec.linear, parts, strict=True):
        _linear(linear, rng, part * width, width)


def _linear(spec: Any, rng: np.random.Generator, rows: int, columns: int) -> None:  # noqa: ANN401
    spec.weight = _random(rng, rows, columns)
    if hasattr(spec, "bias"):
        spec.bias = np.zeros(rows, np.float32)


def _norm(spec: Any, width: int) -> None:  # noqa: ANN401
    spec.gamma, spec.beta = np.ones(width, np.float32), np.zeros(width, np.float32)


def _random(rng: np.random.Generator, *shape: int) -> "np.typing.NDArray[np.float32]":
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(0.02)
