"""Conversion: a checkpoint becomes a folder that faster-whisper loads as it is.

The weights go straight into CTranslate2's description of a Whisper model, whose names differ from
Hugging Face's and which holds queries, keys and values of a layer as one matrix.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from numpy.typing import NDArray

from models.speech.checkpoints import Checkpoint, Weights
from models.speech.network import ALIGNMENT_HEADS, MELS
from models.speech.spectrum import HOP, RATE_HZ, SIZE
from models.speech.tokenizer import TIMESTAMPS, Codes
from models.speech.windows import LONGEST_S

Spec = Any
"""A part of CTranslate2's description of a model, which has no types."""

FEATURES = {
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": MELS,
    "sampling_rate": RATE_HZ,
    "hop_length": HOP,
    "chunk_length": round(LONGEST_S),
    "n_fft": SIZE,
}
"""What faster-whisper reads from `preprocessor_config.json`; `chunk_length` is the window in s."""


def convert(checkpoint: Checkpoint, folder: Path, *, quantisation: str = "int8") -> None:
    """Write the averaged weights as a CTranslate2 model, with tokenizer and features beside it.

    The folder is made; files of an earlier model in it are replaced.
    """
    spec = described(checkpoint)
    spec.validate()
    spec.optimize(quantization=quantisation)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    checkpoint.codes.tokenizer.save(str(folder / "tokenizer.json"))
    features = json.dumps(FEATURES, indent=1)
    (folder / "preprocessor_config.json").write_text(f"{features}\n", encoding="utf-8")


def described(checkpoint: Checkpoint) -> Spec:
    """CTranslate2's description of the model, with all weights and the vocabulary."""
    shape, weights = checkpoint.shape, checkpoint.average
    spec = WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    _convolution(spec.encoder.conv1, weights, "encoder.conv1")
    _convolution(spec.encoder.conv2, weights, "encoder.conv2")
    for part, name in ((spec.encoder, "encoder"), (spec.decoder, "decoder")):
        part.position_encodings.encodings = _array(weights, f"{name}.embed_positions.weight")
        _norm(part.layer_norm, weights, f"{name}.layer_norm")
        for number, layer in enumerate(part.layer):
            _layer(layer, weights, f"{name}.layers.{number}")
    embedding = _array(weights, "decoder.embed_tokens.weight")
    spec.decoder.embeddings.weight = embedding
    spec.decoder.projection.weight = embedding
    spec.register_vocabulary(vocabulary(checkpoint.codes))
    spec.config.alignment_heads = [list(head) for head in ALIGNMENT_HEADS]
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.lang_ids = [], [], []
    return spec


def vocabulary(codes: Codes) -> list[str]:
    """All tokens in order, the timestamps last."""
    known = codes.tokenizer.get_vocab_size()
    tokens = [str(codes.tokenizer.id_to_token(number)) for number in range(known)]
    return tokens + [f"<|{0.02 * step:.2f}|>" for step in range(TIMESTAMPS)]


def _layer(spec: Spec, weights: Weights, name: str) -> None:
    _attention(spec.self_attention, weights, f"{name}.self_attn", parts=(("q", "k", "v"),))
    if f"{name}.encoder_attn.q_proj.weight" in weights:
        _attention(spec.attention, weights, f"{name}.encoder_attn", parts=(("q",), ("k", "v")))
    _linear(spec.ffn.linear_0, weights, f"{name}.fc1")
    _linear(spec.ffn.linear_1, weights, f"{name}.fc2")
    _norm(spec.ffn.layer_norm, weights, f"{name}.final_layer_norm")


def _attention(
    spec: Spec, weights: Weights, name: str, *, parts: tuple[tuple[str, ...], ...]
) -> None:
    """The projections of each part under one another; keys have no bias, so zeros."""
    for linear, letters in zip(spec.linear, parts, strict=False):
        linear.weight = np.concatenate(
            [_array(weights, f"{name}.{letter}_proj.weight") for letter in letters]
        )
        linear.bias = np.concatenate(
            [_bias(weights, f"{name}.{letter}_proj") for letter in letters]
        )
    _linear(spec.linear[-1], weights, f"{name}.out_proj")
    _norm(spec.layer_norm, weights, f"{name}_layer_norm")


def _linear(spec: Spec, weights: Weights, name: str) -> None:
    spec.weight = _array(weights, f"{name}.weight")
    spec.bias = _array(weights, f"{name}.bias")


_convolution = _linear


def _norm(spec: Spec, weights: Weights, name: str) -> None:
    spec.gamma = _array(weights, f"{name}.weight")
    spec.beta = _array(weights, f"{name}.bias")


def _bias(weights: Weights, name: str) -> NDArray[np.float32]:
    if f"{name}.bias" in weights:
        return _array(weights, f"{name}.bias")
    return np.zeros(len(weights[f"{name}.weight"]), np.float32)


def _array(weights: Weights, name: str) -> NDArray[np.float32]:
    found: NDArray[np.float32] = weights[name].float().numpy()
    return found
