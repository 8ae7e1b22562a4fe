"""Redaction: what stands between the recogniser, or an imported text, and the first write.

Finders look at the whole conversation and say which words are part of a secret; every run of such
words becomes one placeholder, such as [card]. English is read by all finders; of languages whose
number words we know, long numbers, e-mail addresses and known names are taken out; the words of
any other language are withheld altogether. This is not PCI compliance.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.behaviours.call import Word
from pipeline.privacy.addresses import find_addresses
from pipeline.privacy.birthdates import find_birthdates
from pipeline.privacy.conversation import Conversation, Marks
from pipeline.privacy.crude import KNOWN, crude_numbers
from pipeline.privacy.email import find_emails
from pipeline.privacy.names import find_names
from pipeline.privacy.numbers import find_numbers

REDACTION_VERSION = "redaction-1"
"""Change it when the same words give other placeholders: all are then heard or read again."""

BRIDGED_S = 0.5
"""A placeholder takes the time of its words, but of no longer pause between them: what is told of
silences must not depend on what was said."""

WITHHELD = "withheld"
ENGLISH = "en"

Kinds = dict[str, list[str | None]]
"""By side, for each word: the kind of secret that it is part of, or None."""

_FINDERS: tuple[Callable[[Conversation], Marks], ...] = (
    find_emails,
    find_birthdates,
    find_addresses,
    find_numbers,
    find_names,
)
"""Where two find the same word, the first one names it."""


def redact_call(
    words: Mapping[str, Sequence[Word]], *, language: str = ENGLISH, names: Sequence[str] = ()
) -> dict[str, tuple[Word, ...]]:
    """All words of a call by side, each secret replaced by placeholders.

    Pass the whole call at once: a secret may run over several turns and over both sides. `names`
    are the full names that the call log has for the people of the call. What is a placeholder
    already stays as it is.
    """
    kinds = kinds_of(words, language=language, names=names)
    return {side: with_placeholders(said, kinds[side]) for side, said in words.items()}


def redact_text(text: str, *, language: str = ENGLISH, names: Sequence[str] = ()) -> str:
    """Free text, such as a survey's comment, without its secrets; white space becomes one space."""
    said = [Word(part, 0.0, 0.0) for part in text.split()]
    clean = redact_call({"text": said}, language=language, names=names)
    return " ".join(word.text for word in clean["text"])


def kinds_of(
    words: Mapping[str, Sequence[Word]], *, language: str = ENGLISH, names: Sequence[str] = ()
) -> Kinds:
    """What `redact_call` takes out, word by word, for those who keep words in other shapes."""
    spoken = language.partition("-")[0].lower()
    if spoken != ENGLISH and spoken not in KNOWN:
        return {side: [WITHHELD] * len(said) for side, said in words.items()}
    conversation = Conversation.of(words, names)
    if spoken == ENGLISH:
        found = _marked(finder(conversation) for finder in _FINDERS)
    else:
        found = _marked(
            (find_emails(conversation), crude_numbers(conversation, spoken),
             find_names(conversation))
        )  # fmt: skip
    kinds: Kinds = {side: [None] * len(said) for side, said in words.items()}
    for position, kind in found.items():
        token = conversation.tokens[position]
        if not token.is_redacted:
            kinds[token.side][token.index] = kind
    return kinds


def with_placeholders(words: Sequence[Word], kinds: Sequence[str | None]) -> tuple[Word, ...]:
    """The words of one side, each run of a kind as one placeholder.

    It spans the time of its words, without longer pauses, and is as sure as the least sure of them.
    """
    result: list[Word] = []
    before: str | None = None
    for word, kind in zip(words, kinds, strict=True):
        if kind is None:
            result.append(word)
        elif kind == before and word.start_s - result[-1].end_s <= BRIDGED_S:
            last = result[-1]
            result[-1] = replace(
                last,
                end_s=max(last.end_s, word.end_s),
                probability=min(last.probability, word.probability),
            )
        else:
            result.append(replace(word, text=f"[{kind}]"))
        before = kind
    return tuple(result)


def _marked(found: Iterable[Marks]) -> dict[int, str]:
    marks: dict[int, str] = {}
    for own in found:
        marks = {**own, **marks}
    return marks
