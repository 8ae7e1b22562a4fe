"""What a redactor left of the secrets, and what it took that was none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.behaviours.call import Word
from tests.truth.secrets.cases import Case, Secret

Words = Mapping[str, Sequence[Word]]
Redact = Callable[[Words, Sequence[str]], Words]
"""Both sides' words and the names of the call log → the words without secrets."""


@dataclass(frozen=True)
class Outcome:
    """Of one secret: the words left readable, and whether every placeholder names its kind."""

    kind: str
    left: tuple[str, ...]
    named: bool

    @property
    def is_gone(self) -> bool:
        """Whether no word of it is readable."""
        return not self.left


@dataclass(frozen=True)
class Verdict:
    """Of one case: each secret's outcome, and of its `plain` ordinary words those that are gone."""

    case: Case
    outcomes: tuple[Outcome, ...]
    touched: tuple[str, ...]
    plain: int


def judged(cases: Iterable[Case], redact: Redact) -> list[Verdict]:
    """Every case, redacted alone."""
    return [verdict(case, redact(case.words, case.names)) for case in cases]


def verdict(case: Case, redacted: Words) -> Verdict:
    """What became of a case. A word's start says which one it was: no two of a side share it."""
    kinds = {side: _kinds(words, redacted.get(side, ())) for side, words in case.words.items()}
    outcomes = tuple(_outcome(case, secret, kinds) for secret in case.secrets)
    plain = [(place, piece) for place, piece in case.places() if not piece.slot]
    touched = tuple(piece.text for (side, index), piece in plain if kinds[side][index] is not None)
    return Verdict(case, outcomes, touched, len(plain))


def _outcome(case: Case, secret: Secret, kinds: Mapping[str, Sequence[str | None]]) -> Outcome:
    found = [(case.words[side][index].text, kinds[side][index]) for side, index in secret.places]
    left = tuple(text for text, kind in found if kind is None)
    return Outcome(secret.kind, left, all(kind == f"[{secret.kind}]" for _, kind in found))


def _kinds(said: Sequence[Word], redacted: Sequence[Word]) -> list[str | None]:
    """For each word of a side the placeholder that stands for it; None where it is readable."""
    readable = {word.start_s for word in redacted if is_readable(word)}
    covers = [word for word in redacted if word.is_redacted]
    return [
        None
        if word.start_s in readable
        else next((c.text for c in covers if c.start_s <= word.start_s <= c.end_s), "")
        for word in said
    ]


def is_readable(word: Word) -> bool:
    """Whether a letter or digit is left, as it also is beside a placeholder: "[card]41"."""
    return not word.is_redacted and any(sign.isalnum() for sign in word.text)
