"""What is learnt: the next token, where it is heard, and the phoneme at each moment.

The last two are what makes so small a network converge in hours: the synthesiser knows both.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from models.speech.network import TAUGHT_HEADS, Network
from models.speech.targets import IGNORED, Batch

_NEAR = {-3: 0.04, -2: 0.1, -1: 0.2, 0: 0.32, 1: 0.2, 2: 0.1, 3: 0.04}
"""A timestamp a step of 20 ms away is nearly as right: how the target is spread over steps."""

_SMOOTHING = 0.05
_TIMESTAMP_SHARE = 0.4


@dataclass(frozen=True)
class Losses:
    """Means per token or position: `text` and `stamps` (cross-entropy), `attention`, `phonemes`.

    `right` is the share of text tokens that are the most likely ones.
    """

    text: Tensor
    stamps: Tensor
    attention: Tensor
    phonemes: Tensor
    right: float

    def total(self, *, attention_share: float, phoneme_share: float) -> Tensor:
        """What is minimised."""
        return (
            self.text
            + _TIMESTAMP_SHARE * self.stamps
            + attention_share * self.attention
            + phoneme_share * self.phonemes
        )


def losses(network: Network, batch: Batch, *, first_timestamp: int) -> Losses:
    """Run the network on a batch; in bfloat16, which halves a step on processors that have it."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        heard = network.encoder(batch.mel)
        states, attentions = network.decoder(batch.tokens, heard, sequences_each=2)
        logits = network.logits(states).float()
        sounds = network.phonemes(heard).float()
    asked = batch.targets != IGNORED
    chances, wanted = F.log_softmax(logits[asked], dim=-1), batch.targets[asked]
    is_stamp = wanted >= first_timestamp
    text = ~is_stamp
    return Losses(
        text=_text(chances[text], wanted[text]),
        stamps=_stamps(chances[is_stamp], wanted[is_stamp], first_timestamp),
        attention=_attention(attentions, batch),
        phonemes=F.cross_entropy(
            sounds.flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORED
        ),
        right=float((chances[text].argmax(-1) == wanted[text]).float().mean()),
    )


def _text(chances: Tensor, wanted: Tensor) -> Tensor:
    likelihood = chances.gather(1, wanted[:, None])[:, 0]
    return -((1 - _SMOOTHING) * likelihood + _SMOOTHING * chances.mean(-1)).mean()


def _stamps(chances: Tensor, wanted: Tensor, first_timestamp: int) -> Tensor:
    if not len(wanted):
        return torch.zeros(())
    last = chances.shape[1] - 1
    found = torch.zeros(len(wanted))
    for steps, share in _NEAR.items():
        near = (wanted + steps).clamp(first_timestamp, last)
        found = found + share * chances.gather(1, near[:, None])[:, 0]
    return -found.mean()


def _attention(attentions: list[Tensor], batch: Batch) -> Tensor:
    """Mean log attention that the taught heads give to where the next token is heard."""
    if not len(batch.rows):
        return torch.zeros(())
    positions = torch.arange(attentions[0].shape[-1])[None]
    inside = (positions >= batch.spans[:, :1]) & (positions < batch.spans[:, 1:])
    aims = inside.float() / inside.sum(1, keepdim=True)
    sequence, place = batch.rows.T
    given = [
        (aims * attentions[layer][sequence, head, place]).sum(1) for layer, head in TAUGHT_HEADS
    ]
    return -torch.stack(given).mean()
