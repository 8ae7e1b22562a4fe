"""Checkpoints: all that a training needs to go on, written whole or not at all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from models.speech.examples import PHONEMES
from models.speech.network import Network, Shape, silence_layer
from models.speech.tokenizer import SPECIAL, TIMESTAMPS, Codes

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Plan:
    """A stretch of training: from step `first` to before step `last`."""

    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Checkpoint:
    """`average` is the moving average of the weights, which is the model that is used.

    `optimisers` are their states, empty in a checkpoint that is only a starting point; `steps` and
    `windows` count all that was learnt from, `plan` is the stretch that it was saved in.
    """

    shape: Shape
    codes: Codes
    weights: Weights
    average: Weights
    optimisers: list[Mapping[str, Any]]
    steps: int = 0
    windows: int = 0
    plan: Plan = Plan()

    @property
    def is_finished(self) -> bool:
        """Whether its plan is done."""
        return self.steps >= self.plan.last

    def planned(self, steps: int) -> "Checkpoint":
        """The same with a new plan of `steps` more."""
        return replace(self, plan=Plan(self.steps, self.steps + steps))

    def network(self, *, averaged: bool = True) -> Network:
        """A network with these weights."""
        network = Network(self.shape)
        network.load_state_dict(dict(self.average if averaged else self.weights))
        return network


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write to a neighbour, then rename: a kill leaves the last one."""
    coming = path.with_suffix(".coming")
    torch.save(
        {
            "shape": asdict(checkpoint.shape),
            "tokenizer": checkpoint.codes.tokenizer.to_str(),
            "phonemes": list(PHONEMES),
            "weights": dict(checkpoint.weights),
            "average": dict(checkpoint.average),
            "optimisers": checkpoint.optimisers,
            "steps": checkpoint.steps,
            "windows": checkpoint.windows,
            "plan": asdict(checkpoint.plan),
        },
        coming,
    )
    coming.replace(path)


def load(path: Path) -> Checkpoint:
    """Read what `save` wrote."""
    held = torch.load(path, weights_only=True, map_location="cpu")
    assert tuple(held["phonemes"]) == PHONEMES, f"{path}: other phonemes"
    return Checkpoint(
        shape=Shape(**held["shape"]),
        codes=Codes(Tokenizer.from_str(held["tokenizer"])),
        weights=held["weights"],
        average=held["average"],
        optimisers=held["optimisers"],
        steps=held["steps"],
        windows=held["windows"],
        plan=Plan(**held["plan"]),
    )


def begin(codes: Codes, *, start: Checkpoint | None) -> Checkpoint:
    """A network that has learnt nothing, or one that goes on from `start` with other tokens.

    Layers that `start` lacks pass on what they get until they learn better. A token that `start`
    knows keeps its embedding; a new one begins as the mean of its pieces.
    """
    shape = Shape(tokens=codes.count, phonemes=len(PHONEMES))
    network = Network(shape)
    if start is not None:
        _take_over(network, start, codes)
    weights = {name: value.clone() for name, value in network.state_dict().items()}
    return Checkpoint(shape, codes, weights, weights, [])


def _take_over(network: Network, start: Checkpoint, codes: Codes) -> None:
    own = network.state_dict()
    old = {name: value for name, value in start.average.items() if name != _EMBEDDING}
    network.load_state_dict({**own, **old})
    for part, count in (
        (network.encoder, start.shape.encoder_layers),
        (network.decoder, start.shape.decoder_layers),
    ):
        for layer in list(part.layers)[count:]:
            silence_layer(layer)
    embedded = translated(start.average[_EMBEDDING], start.codes, codes)
    network.decoder.embed_tokens.weight.data = embedded


_EMBEDDING = "decoder.embed_tokens.weight"


def translated(embedding: Tensor, old: Codes, new: Codes) -> Tensor:
    """(new.count, width): the embedding of other tokens, the same ones kept."""
    rows = []
    for token in range(new.text_count):
        text = str(new.tokenizer.id_to_token(token))
        kept = old.tokenizer.token_to_id(text)
        pieces = [kept] if kept is not None else _pieces(text, old)
        rows.append(embedding[pieces].mean(0))
    last = len(SPECIAL) + TIMESTAMPS
    return torch.cat([torch.stack(rows), embedding[-last:]])


def _pieces(text: str, old: Codes) -> list[int]:
    """The old tokens of a token's bytes, which `text` spells in the tokenizer's own letters."""
    tokens = old.tokenizer.model.tokenize(text)
    return [token.id for token in tokens]
