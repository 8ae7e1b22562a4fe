"""How a name is written by whoever hears it: without accents, one letter off, or by its sound."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONG = 5
"""Letters from which on a part may be misheard by one: "Bolt" for "Holt" is another name."""

_SOUNDS = (
    ("ph", "f"), ("gh", ""), ("wr", "r"), ("kn", "n"), ("ck", "k"), ("sch", "sh"), ("tch", "ch"),
    ("sh", "x"), ("ch", "x"), ("th", "t"), ("c(?=[eiy])", "s"), ("[cq]", "k"), ("z", "s"),
    ("dg|j|g(?=[eiy])", "j"), ("v|w(?=[aeiou])", "v"), ("h", ""), ("(?<=.)[aeiouyw]+", "a"),
    ("^[aeiouy]+", "a"), (r"(.)\1+", r"\1"), ("a$", ""),
)  # fmt: skip
_NO_ACCENTS = str.maketrans("øłđ", "old")


def plain(text: str) -> str:
    """In lower case, without accents, with straight apostrophes."""
    lower = text.lower().replace("’", "'")
    if lower.isascii():
        return lower
    special = lower.translate(_NO_ACCENTS)
    return "".join(
        one for one in unicodedata.normalize("NFKD", special) if not unicodedata.combining(one)
    )


@lru_cache(maxsize=2**16)
def sound(text: str) -> str:
    """How a name sounds, roughly: the same for "smyth" and "smith", "gonzales" and "gonzalez"."""
    key = text
    for pattern, replacement in _SOUNDS:
        key = re.sub(pattern, replacement, key)
    return key


def one_less(text: str) -> Iterator[str]:
    """The word without each of its letters in turn."""
    return (text[:place] + text[place + 1 :] for place in range(len(text)))


def one_off(part: str, text: str) -> bool:
    """Whether one letter is changed, missing or too many, or two neighbours are swapped."""
    if len(part) < LONG:
        return False
    if len(part) == len(text):
        places = [place for place, (a, b) in enumerate(zip(part, text, strict=True)) if a != b]
        swapped = [text[place] for place in places] == [part[place] for place in places[::-1]]
        return len(places) <= 1 or (len(places) == 2 and swapped)
    longer, shorter = sorted((part, text), key=len, reverse=True)
    return shorter in set(one_less(longer))
