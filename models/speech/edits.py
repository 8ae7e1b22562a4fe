"""Edits between what was said and what was written, by the fewest of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

_WORD = re.compile(r"[a-z0-9']+")


@dataclass(frozen=True)
class Edits:
    """`pairs` are the places of equal words; `count` is of words missed, added and replaced."""

    said: int
    count: int
    pairs: tuple[tuple[int, int], ...]

    @staticmethod
    def rate_of(several: Iterable["Edits"]) -> float:
        """Edits for each word said, over all."""
        counted = list(several)
        return sum(one.count for one in counted) / max(sum(one.said for one in counted), 1)


def normal_words(text: str) -> list[str]:
    """Small letters, digits and apostrophes; a hyphen parts words."""
    return _WORD.findall(text.lower())


def edits(said: Sequence[str], written: Sequence[str]) -> Edits:
    """Levenshtein's distance in words, and which words it keeps."""
    costs = _costs(said, written)
    i, j = len(said), len(written)
    pairs = []
    while i and j:
        same = said[i - 1] == written[j - 1]
        if costs[i, j] == costs[i - 1, j - 1] + (not same):
            i, j = i - 1, j - 1
            if same:
                pairs.append((i, j))
        elif costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return Edits(len(said), int(costs[-1, -1]), tuple(reversed(pairs)))


def _costs(
    said: Sequence[str], written: Sequence[str]
) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    costs = np.zeros((len(said) + 1, len(written) + 1), np.int64)
    costs[:, 0], costs[0] = range(len(said) + 1), range(len(written) + 1)
    for i, one in enumerate(said, start=1):
        for j, other in enumerate(written, start=1):
            replaced = costs[i - 1, j - 1] + (one != other)
            costs[i, j] = min(costs[i - 1, j] + 1, costs[i, j - 1] + 1, replaced)
    return costs
