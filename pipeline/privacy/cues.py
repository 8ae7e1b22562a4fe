"""Where somebody says a phrase that tells what is asked for or told, such as "your address"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.phrases import lines, words_of

_FOLDER = "en"


@dataclass(frozen=True)
class Cue:
    """Positions of a phrase's first and last word; `kind` is the name of the file that has it."""

    kind: str
    first: int
    last: int
    side: str


@dataclass
class _Node:
    """What may follow the words so far, and the kind of the phrase that they are, if they are."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    kind: str = ""


@cache
def words(*names: str) -> frozenset[str]:
    """All words of these files of English words."""
    return frozenset().union(*(words_of(f"{_FOLDER}/{name}.txt") for name in names))


def cues(conversation: Conversation, *kinds: str) -> list[Cue]:
    """Where either side says a phrase of the files `kinds`, in order of their last words.

    Of phrases that begin with the same word the longest one counts, and of the same phrase in
    several files that of the last kind by name. `...` is no part of these phrases.
    """
    tree = _tree(kinds).following
    found = [cue for said in conversation.sides.values() for cue in _said(said, tree)]
    return sorted(found, key=lambda cue: (cue.last, cue.first))


def _said(tokens: Sequence[Token], tree: dict[str, _Node]) -> Iterator[Cue]:
    begun = [start for start, token in enumerate(tokens) if token.text in tree]
    end = 0
    for start in begun:
        if start < end:
            continue
        end, kind = _longest(tokens, start, tree)
        if end:
            yield Cue(kind, tokens[start].position, tokens[end - 1].position, tokens[start].side)


def _longest(tokens: Sequence[Token], start: int, tree: dict[str, _Node]) -> tuple[int, str]:
    """Where the longest phrase that begins at `start` ends, and its kind; 0 where none does."""
    end, kind = 0, ""
    for index in range(start, len(tokens)):
        node = tree.get(tokens[index].text)
        if node is None:
            break
        if node.kind:
            end, kind = index + 1, node.kind
        tree = node.following
    return end, kind


@cache
def _tree(kinds: tuple[str, ...]) -> _Node:
    """All phrases of these files, word by word."""
    root = _Node()
    for kind in sorted(kinds):
        for line in lines(f"{_FOLDER}/{kind}.txt"):
            for said in product(*(_ways(slot) for slot in line.split())):
                node = root
                for word in filter(None, said):
                    node = node.following.setdefault(word, _Node())
                node.kind = kind
    return root


def _ways(slot: str) -> list[str]:
    """What may stand in one place of a phrase; "" where it may be left out."""
    found = slot.removesuffix("?").split("|")
    return [*found, ""] if slot.endswith("?") else found
