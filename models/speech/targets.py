"""What the network should say of a window: tokens, where each of them is heard, phonemes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.speech.spectrum import MELS
from models.speech.tokenizer import TIMESTAMPS, Codes
from models.speech.voices import SpokenWord
from models.speech.windows import Window

IGNORED = -1
"""The target where nothing is learnt."""

POSITIONS_PER_S = 50
_POSITION_S = 1 / POSITIONS_PER_S

_TOKEN_GRID = 8
"""Sequences are as long as a multiple of this: every new shape costs the processor a program."""

_LATEST_FIRST = 50
"""A transcript begins with a timestamp of at most 1 s: later ones are never let through."""

_END_POSITIONS = 4
"""Where the end of a sentence is heard: 80 ms from its last sound on."""

Positions = tuple[int, int] | None
"""Encoder positions, from and until, that a token is heard at; None where that is not taught."""


@dataclass(frozen=True)
class Sequenced:
    """Tokens to read, the token that should follow each, and where that one is heard."""

    tokens: list[int]
    targets: list[int]
    heard: list[Positions]


@dataclass(frozen=True)
class Batch:
    """Windows as the network takes them.

    `mel` (windows, 80, frames), `labels` (windows, positions), `tokens` and `targets` (2 · windows,
    tokens): first all sequences with timestamps, then all without. `rows` are (sequence, token)
    whose attention is taught, `spans` its (from, until) encoder positions.
    """

    mel: Tensor
    labels: Tensor
    tokens: Tensor
    targets: Tensor
    rows: Tensor
    spans: Tensor


def batch(
    windows: Sequence[Window], prompts: Sequence[Sequence[int]], codes: Codes, *, positions: int
) -> Batch:
    """Windows padded to `positions`, by 0 as faster-whisper pads; there is no sound in padding."""
    mel = np.zeros((len(windows), MELS, 2 * positions), np.float32)
    labels = np.zeros((len(windows), positions), np.int64)
    for row, window in enumerate(windows):
        mel[row, :, : len(window.mel)] = window.mel.T
        labels[row, : len(window.labels)] = window.labels
    pairs = list(zip(windows, prompts, strict=True))
    sequences = [with_timestamps(window, codes, prompt) for window, prompt in pairs]
    sequences += [text_alone(window, codes, prompt) for window, prompt in pairs]
    return Batch(torch.from_numpy(mel), torch.from_numpy(labels), *_tensors(sequences, positions))


def padded_positions(window: Window) -> int:
    """The encoder positions of a window padded to a whole second, as the product pads it."""
    return -(-len(window.labels) // POSITIONS_PER_S) * POSITIONS_PER_S


def with_timestamps(window: Window, codes: Codes, prompt: Sequence[int] = ()) -> Sequenced:
    """Each sentence between two timestamps, from the start of the transcript on."""
    made = _begun(codes, prompt)
    if not window.sentences:
        return _nothing(made, codes, codes.first_timestamp)
    for index, words in enumerate(window.sentences):
        start, end = _position(words[0].start_s), _position(words[-1].end_s)
        _follow(made, codes.first_timestamp + _stamp(start, first=index == 0), (start, start + 2))
        _say(made, words, codes)
        _follow(made, codes.first_timestamp + _stamp(end), (end, end + _END_POSITIONS))
    return _closed(made, codes, None)


def text_alone(window: Window, codes: Codes, prompt: Sequence[int] = ()) -> Sequenced:
    """The words of all sentences, after the token that asks for no timestamps."""
    made = _begun(codes, prompt)
    if not window.sentences:
        return _nothing(made, codes, codes.no_timestamps)
    _follow(made, codes.no_timestamps, None)
    made.targets[-1] = IGNORED
    for words in window.sentences:
        _say(made, words, codes)
    end = _position(window.sentences[-1][-1].end_s)
    return _closed(made, codes, (end, end + _END_POSITIONS))


def _begun(codes: Codes, prompt: Sequence[int]) -> Sequenced:
    before = [codes.previous, *prompt] if prompt else []
    return Sequenced([*before, codes.start], [IGNORED] * len(before), [None] * len(before))


def _nothing(made: Sequenced, codes: Codes, first: int) -> Sequenced:
    """Nobody speaks: said at the start, and again by ending at once."""
    made.targets.extend((codes.no_speech, codes.end))
    made.heard.extend((None, None))
    made.tokens.append(first)
    return made


def _say(made: Sequenced, words: Sequence[SpokenWord], codes: Codes) -> None:
    """The tokens of words; those of one word share its time by their letters."""
    for word in words:
        ids = codes.encode(word.text)
        letters = np.cumsum([0, *(codes.letters(one) for one in ids)]) / sum(
            codes.letters(one) for one in ids
        )
        times = word.start_s + (word.end_s - word.start_s) * letters
        for one, start_s, end_s in zip(ids, times[:-1], times[1:], strict=True):
            span = (int(start_s / _POSITION_S), int(np.ceil(end_s / _POSITION_S)))
            _follow(made, one, span)


def _follow(made: Sequenced, token: int, span: Positions) -> None:
    made.targets.append(token)
    made.heard.append(span)
    made.tokens.append(token)


def _closed(made: Sequenced, codes: Codes, span: Positions) -> Sequenced:
    made.targets.append(codes.end)
    made.heard.append(span)
    return made


def _position(second: float) -> int:
    return max(0, round(second / _POSITION_S))


def _stamp(position: int, *, first: bool = False) -> int:
    return min(position, _LATEST_FIRST if first else TIMESTAMPS - 1)


def _tensors(
    sequences: Sequence[Sequenced], positions: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    longest = -(-max(len(one.tokens) for one in sequences) // _TOKEN_GRID) * _TOKEN_GRID
    tokens = torch.zeros((len(sequences), longest), dtype=torch.long)
    targets = torch.full((len(sequences), longest), IGNORED)
    rows, spans = [], []
    for index, one in enumerate(sequences):
        tokens[index, : len(one.tokens)] = torch.tensor(one.tokens)
        targets[index, : len(one.targets)] = torch.tensor(one.targets)
        for place, (target, span) in enumerate(zip(one.targets, one.heard, strict=True)):
            if span and target != IGNORED and span[0] < positions - 1:
                rows.append((index, place))
                spans.append((span[0], min(positions, max(span[1], span[0] + 1))))
    return (
        tokens,
        targets,
        torch.tensor(rows, dtype=torch.long).reshape(-1, 2),
        torch.tensor(spans, dtype=torch.long).reshape(-1, 2),
    )
