"""Batches: windows drawn, sent through their lines, and put together with others as long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.speech.augmentation import heard
from models.speech.examples import Utterance
from models.speech.network import WINDOW_POSITIONS
from models.speech.shards import read_shard, training_shards
from models.speech.targets import POSITIONS_PER_S, Batch, batch, padded_positions
from models.speech.tokenizer import Codes
from models.speech.windows import Library, Window, draw_window

Random = np.random.Generator

LOOK_EVERY_WINDOWS = 500
"""How often new shards are looked for."""

_FITTED_SHARE = 0.88
_PROMPT_SHARE = 0.08
_LONGEST_PROMPT = 40


@dataclass
class Shelf:
    """The talks of all shards in a folder; `look` takes in those that came since."""

    work: Path
    talks: list[Sequence[Utterance]]
    seen: set[Path]

    @classmethod
    def open(cls, work: Path) -> "Shelf":
        """With what is there now."""
        shelf = cls(work, [], set())
        shelf.look()
        return shelf

    def look(self) -> None:
        """Read the shards that are new."""
        for path in training_shards(self.work):
            if path not in self.seen:
                self.seen.add(path)
                read = read_shard(path)
                self.talks += [list(talk) for _, talk in groupby(read, lambda one: one.talk)]


def batches(
    rng: Random,
    shelf: Shelf,
    sounds: Sequence[NDArray[np.float16]],
    codes: Codes,
    *,
    positions: int,
) -> Iterator[Batch]:
    """Without end; each batch holds windows of one padded length, `positions` together at most.

    A window waits until there are enough of its length. So few shapes come that the processor's
    programs for them, each made at its first use, are made once.
    """
    waiting: dict[int, list[Window]] = {}
    for drawn in count():
        if drawn % LOOK_EVERY_WINDOWS == 0:
            shelf.look()
        library = Library(shelf.talks, sounds)
        window = heard(rng, draw_window(rng, library))
        length = _padded(rng, window)
        group = waiting.setdefault(length, [])
        group.append(window)
        if length * (len(group) + 1) > positions:
            prompts = [_prompt(rng, one, library, codes) for one in waiting.pop(length)]
            yield batch(group, prompts, codes, positions=length)


def _padded(rng: Random, window: Window) -> int:
    """Positions: whole seconds as the product has them, sometimes more, up to the full window."""
    fitted = padded_positions(window)
    if rng.random() < _FITTED_SHARE:
        return fitted
    if rng.random() < 0.5:
        return WINDOW_POSITIONS
    return min(fitted + POSITIONS_PER_S, WINDOW_POSITIONS)


def _prompt(rng: Random, window: Window, library: Library, codes: Codes) -> list[int]:
    """Seldom words to expect: some of the window's own, or something else that was said."""
    if rng.random() > _PROMPT_SHARE:
        return []
    talk = library.talks[int(rng.integers(len(library.talks)))]
    said = [word.text for utterance in talk[:2] for word in utterance.words]
    if window.sentences and rng.random() < 0.5:
        own = [word.text.strip(".,?!") for words in window.sentences for word in words]
        said = [str(word) for word in rng.choice(own, min(3, len(own)), replace=False)]
    ids = [one for word in said for one in codes.encode(word)]
    return ids[-_LONGEST_PROMPT:]
