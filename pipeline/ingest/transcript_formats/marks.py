"""What stands in a transcript for words that were taken out, and for sounds that are no words."""

import re
from collections.abc import Iterator

from pipeline.privacy.conversation import KINDS

REDACTED, NUMBER, EMAIL = "[redacted]", "[number]", "[email]"
"""Ours for whatever a vendor took out, where it is neither a number nor an address."""

NUMERIC = ("number", "phone", "card", "credit", "ssn", "pin", "cvv", "account", "routing", "zip",
           "iban", "passport", "digits", "sequence")  # fmt: skip
ENTITIES = (*NUMERIC, "pii", "pci", "phi", "name", "person", "email", "mail", "address", "location",
            "date", "dob", "birth", "redacted", "removed", "masked", "age", "organization", "city",
            "url", "occupation", "username", "password", "license", "id", "drug", "condition",
            "medical", "religion", "nationality")  # fmt: skip
SOUNDS = ("noise", "music", "silence", "laughter", "laughs", "laughing", "blank", "inaudible",
          "applause", "cough", "breath", "crosstalk", "unintelligible", "unk", "ring", "beep",
          "hesitation", "pause", "foreign", "sound")  # fmt: skip

_MARK = re.compile(r"\[([^\[\]]{1,60})\]|\{\{([^{}]{1,60})\}\}|<([A-Za-z][\w -]{0,40})>")
_BLOCKED = re.compile(r"[*#•█]{3,}|\b[xX]{3,}\b")
_HIDDEN = "\x00"
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
_UNSEEN = dict.fromkeys(
    (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF),
    "",
)
_PLAIN = _CONTROLS | _UNSEEN
"""What nobody reads, and what hides digits from redaction or turns a line around on a page."""


def words(written: str) -> list[str]:
    """The words, with each mark of the vendor as one of ours; sounds fall away.

    "hello [NAME] it is {{PHONE}} [noise]" gives hello, [redacted], it, is, [number].
    """
    marks: list[str] = []

    def hide(found: re.Match[str]) -> str:
        ours = _ours(next(name for name in found.groups() if name is not None), found[0])
        if ours is None:
            return " "
        marks.append(ours)
        return f" {_HIDDEN} "

    bare = _MARK.sub(hide, written.translate(_PLAIN))
    bare = _BLOCKED.sub(f" {_HIDDEN}{_HIDDEN} ", bare)
    waiting = iter(marks)
    found = [_shown(word, waiting) if _HIDDEN in word else word for word in bare.split()]
    return [word for word in found if any(letter.isalnum() for letter in word)]


def _shown(word: str, marks: Iterator[str]) -> str:
    return REDACTED if word == _HIDDEN * 2 else next(marks)


def _ours(name: str, whole: str) -> str | None:
    """Our mark; None for a sound. Capitals, or a name of what was taken out, say redaction."""
    if name in KINDS:
        return f"[{name}]"
    parts = re.findall(r"[a-z]+", name.lower())
    if any(part in SOUNDS for part in parts):
        return None
    if any(part in ("email", "mail") for part in parts):
        return EMAIL
    if any(part in NUMERIC for part in parts):
        return NUMBER
    told = name == name.upper() or any(part in ENTITIES for part in parts)
    return REDACTED if told or whole.startswith("{{") else None
