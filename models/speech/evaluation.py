"""How well a network hears while it learns: greedy transcripts of the scoring sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.speech.augmentation import Line, sent, telephone_band
from models.speech.edits import Edits, edits, normal_words
from models.speech.examples import Utterance
from models.speech.network import Network
from models.speech.shards import SCORING_KINDS, read_shard
from models.speech.spectrum import MELS, Frames, power_of, white
from models.speech.targets import batch, padded_positions
from models.speech.tokenizer import Codes
from models.speech.windows import Library, Window, lay_out, nothing

Random = np.random.Generator

_SEED = 53
_LONGEST_S = 9.0
_LONGEST_TOKENS = 90


@dataclass(frozen=True)
class Heard:
    """Word error rate by kind of voice, and the share of windows without speech that got words."""

    error_rates: dict[str, float]
    invented: float

    def __str__(self) -> str:
        rates = ", ".join(f"{kind} {rate:.1%}" for kind, rate in self.error_rates.items())
        return f"word error rate {rates}; words where nobody speaks {self.invented:.0%}"


def evaluate(
    network: Network,
    codes: Codes,
    work: Path,
    sounds: Sequence[NDArray[np.float16]],
    *,
    count: int,
) -> Heard:
    """`count` windows each of unseen sentences by both kinds of voices, and of nobody speaking,
    through a telephone line with noise at −35 dB; the same ones each time.
    """
    rates = {}
    for kind in SCORING_KINDS:
        found = read_shard(work / f"scoring-{kind}.json")
        windows = _windows(np.random.default_rng(_SEED), found, count)
        counted = [
            edits(spoken(window), normal_words(text))
            for window, text in zip(windows, transcripts(network, codes, windows), strict=True)
        ]
        rates[kind] = Edits.rate_of(counted)
    rng = np.random.default_rng(_SEED)
    silent = [
        telephone(rng, nothing(rng, Library([], sounds), seconds=float(rng.uniform(1, _LONGEST_S))))
        for _ in range(count)
    ]
    invented = [bool(text.strip()) for text in transcripts(network, codes, silent)]
    return Heard(rates, float(np.mean(invented)))


def _windows(rng: Random, several: Sequence[Utterance], count: int) -> list[Window]:
    talks: dict[int, list[Utterance]] = {}
    for one in several:
        talks.setdefault(one.talk, []).append(one)
    chosen = list(talks.values())
    return [
        telephone(rng, lay_out(rng, chosen[i % len(chosen)], wanted_s=5.0, longest_s=_LONGEST_S))
        for i in range(count)
    ]


def telephone(rng: Random, window: Window) -> Window:
    """Through a mu-law line, the speech at −23 dBFS and 35 dB above the noise."""
    has = power_of(window.mel)
    voiced = has[has > 1e-9]
    gain_db = -23 - 10 * float(np.log10(voiced.mean())) if voiced.size else 0.0
    flat = np.zeros(MELS, np.float32)
    line = Line(gain_db, flat, flat + white(10**-5.8), telephone_band(rng), is_mu_law=True)
    sounds: list[Frames] = [window.mel + np.float32(gain_db / 10)]
    if window.noise is not None:
        sounds.append(window.noise)
    return Window(sent(rng, sounds, line), window.labels, window.sentences)


def spoken(window: Window) -> list[str]:
    """The words of a window as they are compared."""
    return normal_words(" ".join(word.text for words in window.sentences for word in words))


@torch.no_grad()
def transcripts(network: Network, codes: Codes, windows: Sequence[Window]) -> list[str]:
    """The most likely token again and again, without timestamps; of a window each."""
    texts: list[str] = []
    for first in range(0, len(windows), 20):
        some = windows[first : first + 20]
        positions = max(padded_positions(window) for window in some)
        heard = network.encoder(batch(some, [()] * len(some), codes, positions=positions).mel)
        tokens = torch.tensor([[codes.start, codes.no_timestamps]] * len(some))
        done = torch.zeros(len(some), dtype=torch.bool)
        while tokens.shape[1] < _LONGEST_TOKENS and not done.all():
            states, _ = network.decoder(tokens, heard)
            following = network.logits(states[:, -1])[:, : codes.end + 1].argmax(-1)
            following[done] = codes.end
            done |= following == codes.end
            tokens = torch.cat([tokens, following[:, None]], dim=1)
        texts += [codes.decode(row) for row in tokens[:, 2:].tolist()]
    return texts
