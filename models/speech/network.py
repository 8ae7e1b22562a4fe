"""The network: Whisper's architecture at a small size, with Hugging Face's parameter names.

It is written out here because training needs what the libraries hide: the encoder's states, for the
phoneme targets, and every head's attention to them, for the word targets. Attention is computed
plainly: on a processor the backward pass of PyTorch's fused one took a third of a step.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MELS = 80
WINDOW_POSITIONS = 750
"""Encoder positions of a full window: 15 s, one each 20 ms."""

ALIGNMENT_HEADS = ((1, 0), (1, 1))
"""Decoder layer and head whose attention gives the times of words."""

TAUGHT_HEADS = ((0, 0), *ALIGNMENT_HEADS)
"""Heads that are told where each token is heard."""

_SOURCE_POSITIONS = 1500
_TARGET_POSITIONS = 448


@dataclass(frozen=True)
class Shape:
    """Sizes. `tokens` counts text, special and timestamp tokens; `phonemes` includes silence."""

    tokens: int
    phonemes: int
    width: int = 128
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 3


class Attention(nn.Module):
    """Multi-head attention; keys have no bias, as in Whisper."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def split(self, states: Tensor) -> Tensor:
        """(batch, time, width) as (batch, heads, time, width of a head)."""
        batch, time, width = states.shape
        return states.view(batch, time, self.heads, width // self.heads).transpose(1, 2)

    def scores(self, states: Tensor, keys: Tensor) -> Tensor:
        """Before the softmax: (batch, heads, queries, keys)."""
        return (self.split(self.q_proj(states)) * self.scale) @ keys.transpose(-1, -2)

    def mix(self, weights: Tensor, values: Tensor) -> Tensor:
        """The values that the weights ask for: (batch, queries, width)."""
        mixed: Tensor = self.out_proj((weights @ values).transpose(1, 2).flatten(2))
        return mixed

    def forward(self, states: Tensor, mask: Tensor | None = None) -> Tensor:
        """Attention of a sequence to itself; `mask` is added to the scores."""
        scores = self.scores(states, self.split(self.k_proj(states)))
        if mask is not None:
            scores = scores + mask.to(scores.dtype)
        return self.mix(scores.softmax(-1), self.split(self.v_proj(states)))


class EncoderLayer(nn.Module):
    """Self-attention and a feed-forward, each behind a norm and added."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, states: Tensor) -> Tensor:
        """(batch, time, width) to the same."""
        states = states + self.self_attn(self.self_attn_layer_norm(states))
        fed: Tensor = states + self.fc2(F.gelu(self.fc1(self.final_layer_norm(states))))
        return fed


class DecoderLayer(nn.Module):
    """As an encoder layer, with attention to the encoder in between."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.encoder_attn = Attention(width, heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(
        self, states: Tensor, heard: Tensor, mask: Tensor, *, sequences_each: int
    ) -> tuple[Tensor, Tensor]:
        """States, and log attention to `heard`: (batch, heads, tokens, positions), float32.

        `heard` (the encoder's states) serves `sequences_each` token sequences: the batch holds all
        first ones, then all second ones.
        """
        states = states + self.self_attn(self.self_attn_layer_norm(states), mask)
        cross = self.encoder_attn
        keys = cross.split(cross.k_proj(heard)).repeat(sequences_each, 1, 1, 1)
        values = cross.split(cross.v_proj(heard)).repeat(sequences_each, 1, 1, 1)
        scores = cross.scores(self.encoder_attn_layer_norm(states), keys)
        attention = scores.float().log_softmax(-1)
        states = states + cross.mix(attention.exp().to(values.dtype), values)
        return states + self.fc2(F.gelu(self.fc1(self.final_layer_norm(states)))), attention


class Encoder(nn.Module):
    """Log-mel frames each 10 ms to states each 20 ms."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.conv1 = nn.Conv1d(MELS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(_SOURCE_POSITIONS, width)
        self.embed_positions.weight.data = sinusoids(_SOURCE_POSITIONS, width)
        self.embed_positions.weight.requires_grad_(requires_grad=False)
        layers = [EncoderLayer(width, shape.heads) for _ in range(shape.encoder_layers)]
        self.layers = nn.ModuleList(layers)
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, mel: Tensor) -> Tensor:
        """(batch, 80, frames) to (batch, frames / 2, width)."""
        states = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        states = states + self.embed_positions.weight[: states.shape[1]]
        for layer in self.layers:
            states = layer(states)
        normed: Tensor = self.layer_norm(states)
        return normed


class Decoder(nn.Module):
    """Tokens so far, and what was heard, to the next token."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.embed_tokens = nn.Embedding(shape.tokens, width)
        self.embed_positions = nn.Embedding(_TARGET_POSITIONS, width)
        nn.init.normal_(self.embed_tokens.weight, 0, width**-0.5)
        nn.init.normal_(self.embed_positions.weight, 0, 0.02)
        layers = [DecoderLayer(width, shape.heads) for _ in range(shape.decoder_layers)]
        self.layers = nn.ModuleList(layers)
        self.layer_norm = nn.LayerNorm(width)

    def forward(
        self, tokens: Tensor, heard: Tensor, *, sequences_each: int = 1
    ) -> tuple[Tensor, list[Tensor]]:
        """States (batch, tokens, width), and each layer's log attention to `heard`."""
        count = tokens.shape[1]
        states = self.embed_tokens(tokens) + self.embed_positions.weight[:count]
        mask = torch.full((count, count), -1e4).triu(1)
        attentions = []
        for layer in self.layers:
            states, attention = layer(states, heard, mask, sequences_each=sequences_each)
            attentions.append(attention)
        return self.layer_norm(states), attentions


class Network(nn.Module):
    """The encoder and decoder, and a head on the encoder that names the phoneme each 20 ms.

    The head serves training only and is left behind when the model is converted.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)
        self.phonemes = nn.Linear(shape.width, shape.phonemes)

    def logits(self, states: Tensor) -> Tensor:
        """Scores of all tokens: the embedding, transposed."""
        return states @ self.decoder.embed_tokens.weight.T


def sinusoids(count: int, width: int) -> Tensor:
    """Whisper's positions: sines, then cosines, of wavelengths from 2π to 10,000 · 2π."""
    step = math.log(10_000) / (width // 2 - 1)
    angles = torch.arange(count)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def silence_layer(layer: EncoderLayer | DecoderLayer) -> None:
    """Make a new layer pass its input on unchanged, until training needs it."""
    outputs = [layer.self_attn.out_proj, layer.fc2]
    if isinstance(layer, DecoderLayer):
        outputs.append(layer.encoder_attn.out_proj)
    for output in outputs:
        nn.init.zeros_(output.weight)
        nn.init.zeros_(output.bias)


def weights_of(network: Network) -> Mapping[str, Tensor]:
    """All weights by name, as a checkpoint holds them."""
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
