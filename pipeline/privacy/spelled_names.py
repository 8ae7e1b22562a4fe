"""Names said letter by letter: "g o n z", "G-O-N-Z", "g as in golf", "golf oscar november"."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from pipeline.privacy.conversation import Token
from pipeline.privacy.cues import words
from pipeline.privacy.misheard import LONG, one_off, plain
from pipeline.privacy.shapes import FILLERS

_SPELLED = 3
"""Letters of a name from which on they give it away: two stand in many codes."""

_INSIDE = FILLERS | {"double", "dash", "hyphen", "apostrophe", "then"}
_LETTER_WORDS = {
    "are": "r", "you": "u", "see": "c", "sea": "c", "be": "b", "bee": "b", "why": "y", "oh": "o",
    "tea": "t", "tee": "t", "pea": "p", "pee": "p", "jay": "j", "kay": "k", "el": "l", "ell": "l",
    "em": "m", "en": "n", "ex": "x", "eye": "i", "queue": "q", "cue": "q", "gee": "g", "dee": "d",
    "ess": "s", "zee": "z", "zed": "z", "ar": "r", "eff": "f", "ay": "a", "aitch": "h",
}  # fmt: skip
_SPELLED_OUT = re.compile(r"(?:[a-z][-.]){1,}[a-z]$")


def spelled(tokens: Sequence[Token], parts: Collection[str]) -> Iterator[int]:
    """Positions of runs of single letters that spell a part, the beginning of one, or nearly one.

    `tokens` are the words of one side in order.
    """
    for run in _letter_runs(tokens):
        text = "".join(letters for _, letters in run)
        for start, end in _spelled_in(text, parts):
            yield from _of_letters(run, start, end)


def _letter_runs(tokens: Sequence[Token]) -> Iterator[list[tuple[Token, str]]]:
    run: list[tuple[Token, str]] = []
    skip = 0
    alphabet = words("spelling_alphabet")
    for index, token in enumerate(tokens):
        if not run and not (_may_begin(token.text) or token.text in alphabet):
            continue
        if skip:
            skip -= 1
            run.append((token, ""))
            continue
        letters = _letters(token.text, is_inside=bool(run))
        if letters:
            run.append((token, letters))
            skip = _glued(tokens, index)
        elif run and token.text in _INSIDE:
            run.append((token, ""))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _may_begin(text: str) -> bool:
    return len(text) == 1 or "-" in text or "." in text


def _glued(tokens: Sequence[Token], index: int) -> int:
    """Words after a letter that only explain it: "as in golf", "for golf"."""
    following = [token.text for token in tokens[index + 1 : index + 4]]
    for glue in (["as", "in"], ["for"], ["like"], ["as"]):
        if following[: len(glue)] == glue and following[len(glue) : len(glue) + 1]:
            said = following[len(glue)]
            return len(glue) + 1 if said.startswith(tokens[index].text[:1]) else 0
    return 0


def _letters(text: str, *, is_inside: bool) -> str:
    if len(text) == 1 and text.isalpha():
        return plain(text)
    if _SPELLED_OUT.match(text):
        return re.sub("[-.]", "", text)
    if text in words("spelling_alphabet"):
        return text[0]
    return _LETTER_WORDS.get(text, "") if is_inside else ""


def _spelled_in(text: str, parts: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where letters spell a part: whole, its beginning (three letters and more), or one off."""
    if len(text) < _SPELLED:
        return
    for part in sorted(parts):
        bare = part.replace("'", "")
        place = text.find(bare)
        if place >= 0:
            yield place, place + len(bare)
        elif text in bare or (len(bare) >= LONG and one_off(bare, text)):
            yield 0, len(text)
        else:
            length = _common_length(text, bare)
            if length >= _SPELLED:
                yield 0, max(length, min(len(text), len(bare)))


def _common_length(text: str, part: str) -> int:
    """How many letters both begin with."""
    pairs = zip(text, part, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _of_letters(run: Sequence[tuple[Token, str]], start: int, end: int) -> Iterator[int]:
    place = 0
    is_begun = False
    for token, letters in run:
        is_begun = (start < place + len(letters) and place < end) or (not letters and is_begun)
        if is_begun:
            yield token.position
        place += len(letters)
