"""Cells of a vendor's JSON as what they should be: objects, text, seconds, shares, names of sides.

A cell of another kind is nothing (None, or no entries) where a transcript can do without it, and a
ValueError where not. No message quotes a cell: it may be what a customer said.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline.ingest.transcript_formats.document import AGENT, CUSTOMER, MACHINE

Fields = Mapping[str, Any]

LONGEST_S = 1e5
"""More than a day is no time of a call."""

ROLES = {
    AGENT: ("agent", "humanagent", "anyagent", "internal", "user", "representative", "rep", "csr",
            "advisor", "adviser", "operator", "support", "associate", "employee", "customerservice",
            "customersupport", "customercare", "customerservicerepresentative"),
    CUSTOMER: ("customer", "caller", "client", "external", "enduser", "consumer", "member", "guest",
               "patient"),
    MACHINE: ("automatedagent", "ivr", "acd", "bot", "virtualagent", "system", "voicemail",
              "botflow", "workflow"),
}  # fmt: skip

_SIDES = {name: side for side, names in ROLES.items() for name in names}
_WRITTEN_S = re.compile(r"(-?\d+(?:\.\d+)?)\s*s?")
_PERIOD = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,3})?)")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)


def objects(value: object, name: str) -> list[Fields]:
    """A list of objects; raises ValueError for anything else but null, which is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{name}: got {type(value).__name__}, expected a list")
    for number, one in enumerate(value):
        if not isinstance(one, dict):
            raise ValueError(f"{name} {number}: got {type(one).__name__}, expected an object")
    return value


def inner(value: object) -> Fields:
    """An object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """Text that can be stored, or "": JSON lets half a surrogate pair through, UTF-8 does not."""
    return value.encode(errors="ignore").decode() if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """A finite number, written as one or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def seconds(value: object, unit_s: float = 1.0) -> float | None:
    """A time: a number in units of `unit_s`, or text such as "1.200s", "PT1.2S", "00:01:02.5"."""
    bare = number(value)
    if bare is not None:
        return round(bare * unit_s, 6)
    if not isinstance(value, str):
        return None
    if found := _WRITTEN_S.fullmatch(value.strip()):
        return float(found[1])
    if (found := _PERIOD.fullmatch(value.strip())) and any(found.groups()):
        return _clock(*found.groups())
    if found := _CLOCK.fullmatch(value.strip()):
        return _clock(*found.groups())
    return None


def _clock(hours: str | None, minutes: str | None, rest: str | None) -> float:
    return 3600 * int(hours or 0) + 60 * int(minutes or 0) + float((rest or "0").replace(",", "."))


def moment(value: object) -> float | None:
    """A point of time such as "2026-03-31T14:05:00.2Z", in seconds since 1970."""
    if not isinstance(value, str):
        return None
    try:
        # Nine digits of a second, as Google writes them, are too many for Python 3.11.
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value)).timestamp()
    except (ValueError, OverflowError):
        return None


def share(value: object) -> float | None:
    """A probability; what lies outside 0 to 1 is none."""
    found = number(value)
    return found if found is not None and 0.0 <= found <= 1.0 else None


def side(value: object) -> str | None:
    """The side that a role such as "AGENT", "END_USER" or "Agent 2 Anna" means; else None."""
    if not isinstance(value, str):
        return None
    whole_name = re.sub(r"[^a-z]", "", value.lower())
    first = re.match(r"[a-z]*", value.strip().lower())
    return _SIDES.get(whole_name) or _SIDES.get(first[0] if first else "")


def label(value: object) -> str | None:
    """A speaker's label, such as "A" or 0, as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value).strip() or None


def whole(value: object) -> int | None:
    """A whole number from 0."""
    found = number(value)
    return int(found) if found is not None and found >= 0 and found == int(found) else None


def language(value: object) -> str | None:
    """The language of a tag such as "en-US"; None for what is no tag."""
    found = _LANGUAGE.fullmatch(text(value).strip())
    return found[1].lower() if found else None


def names(*values: object) -> tuple[str, ...]:
    """Those that are a name: text, and not one of the marks for none."""
    found = [text(value).strip() for value in values]
    return tuple(name for name in found if name and name not in ("None", "null"))
