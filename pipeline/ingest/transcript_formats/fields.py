"""Cells of a vendor's JSON as what they should be: objects, text, seconds, shares, names of sides.

A cell of another kind is nothing (None, or no entries) where a transcript can do without it, and a
ValueError where not. No message quotes a cell: it may be what a customer said.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.ingest.transcript_formats.document import AGENT, CUSTOMER, MACHINE

Fields = Mapping[str, Any]

LONGEST_S = 1e5
"""More than a day is no time of a call."""

MOST = 500_000
"""Entries of a list: 12 hours of two who never stop are 260,000 words. 64 MB may hold 20 million
empty ones, which would take 8 GB."""

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
_WRITTEN_S = re.compile(r"(-?\d{1,9}(?:\.\d+)?)\s*s?")
_PERIOD = re.compile(r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?")
_CLOCK = re.compile(r"(?:(\d{1,9}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,3})?)")
_LANGUAGE = re.compile(r"([a-z]{2}|haw|yue)(?:[-_].{1,40})?")

_NAMES = """
af afrikaans am amharic ar arabic as assamese az azerbaijani ba bashkir be belarusian bg bulgarian
bn bengali bo tibetan br breton bs bosnian ca catalan ca valencian cs czech cy welsh da danish
de german el greek en english es spanish es castilian et estonian eu basque fa persian fi finnish
fo faroese fr french gl galician gu gujarati ha hausa haw hawaiian he hebrew hi hindi hr croatian
ht haitian hu hungarian hy armenian id indonesian is icelandic it italian ja japanese jw javanese
ka georgian kk kazakh km khmer kn kannada ko korean la latin lb luxembourgish ln lingala lo lao
lt lithuanian lv latvian mg malagasy mi maori mk macedonian ml malayalam mn mongolian mr marathi
ms malay mt maltese my burmese my myanmar ne nepali nl dutch nl flemish nn nynorsk no norwegian
oc occitan pa punjabi pa panjabi pl polish ps pashto pt portuguese ro romanian ro moldavian
ru russian sa sanskrit sd sindhi si sinhala sk slovak sl slovenian sn shona so somali sq albanian
sr serbian su sundanese sv swedish sw swahili ta tamil te telugu tg tajik th thai tk turkmen
tl tagalog tr turkish tt tatar uk ukrainian ur urdu uz uzbek vi vietnamese yi yiddish yo yoruba
yue cantonese zh chinese zh mandarin
"""
_CODES = dict(zip(_NAMES.split()[1::2], _NAMES.split()[::2], strict=True))
"""Whisper's languages, as OpenAI's interface names them ("language": "english")."""


def objects(value: object, name: str) -> list[Fields]:
    """A list of objects; raises ValueError for anything else but null, which is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{name}: got {type(value).__name__}, expected a list")
    check_count(len(value), name)
    for number, one in enumerate(value):
        if not isinstance(one, dict):
            raise ValueError(f"{name} {number}: got {type(one).__name__}, expected an object")
    return value


def check_count(count: int, name: str) -> None:
    """Raises ValueError for more entries than a call can have."""
    if count > MOST:
        raise ValueError(f"{name}: got {count} of them, expected at most {MOST} in one call")


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
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
        # Without a zone it would be this machine's, whose clock may jump in the middle of a call.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
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
    """The language of a tag such as "en-US", or of a name such as "English"; None for another."""
    given = text(value).strip().lower()
    found = _LANGUAGE.fullmatch(given)
    return found[1] if found else _CODES.get(given)


def names(*values: object) -> tuple[str, ...]:
    """Those that are a name: text, and not one of the marks for none."""
    found = [text(value).strip() for value in values]
    return tuple(name for name in found if name and name not in ("None", "null"))
