"""Page names: an id from the data never becomes a path; a slug and a hash of it do."""

import hashlib
import re
import unicodedata

LONGEST_SLUG = 40
HASH_DIGITS = 12


def page_name(identifier: str) -> str:
    """A file name for an id: readable where the id is, unique always, safe on every file system.

    Lower-case ASCII letters, digits and hyphens only; 12 hexadecimal digits of the id's SHA-256
    keep apart ids that differ in case, punctuation or script (20,000 agents whose slugs are all
    alike collide with a chance below one in a million).
    """
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{slug(identifier)}-{digest[:HASH_DIGITS]}.html".lstrip("-")


def behaviour_page_name(name: str) -> str:
    """A file name for a behaviour: its own name, as code calls it, where that is a safe one."""
    plain = re.fullmatch(rf"[a-z][a-z0-9_]{{0,{LONGEST_SLUG}}}", name) is not None
    return f"{name}.html" if plain else page_name(name)


def anchor(identifier: str) -> str:
    """An id for a place on a page, unique for each of a page's identifiers."""
    return page_name(identifier).removesuffix(".html")


def slug(text: str) -> str:
    """The readable part of a name: "Ägypten / B2B" becomes "agypten-b2b"; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST_SLUG].strip("-")
