"""A file's bytes as text, whatever its encoding, and as JSON where it is that."""

import codecs
import json

LARGEST_BYTES = 64 * 2**20
"""12 hours of talk, each word with 500 bytes around it, are 50 MB."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NOT_UTF8 = "the file is not UTF-8: it was read as Western European"


def decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and a note where the encoding is a guess.

    By its byte order mark; else UTF-16 where every other byte is zero; else UTF-8; else Windows'
    Western European. Raises ValueError for an empty file, one with zero bytes, and one too large.
    """
    if len(raw) > LARGEST_BYTES:
        raise ValueError(f"more than {LARGEST_BYTES // 2**20} MB, no transcript of one call is")
    found, notes = _unicode(raw)
    if "\0" in found:
        raise ValueError("not text: it has zero bytes")
    if not found.strip():
        raise ValueError("the file is empty")
    return found, notes


def _unicode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, errors="replace"), ()
    if raw[1:2] == b"\0" or raw[:1] == b"\0":
        encoding = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
        return raw.decode(encoding, errors="replace"), ()
    try:
        return raw.decode("utf-8"), ()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), (NOT_UTF8,)


def parsed(written: str) -> object:
    """The JSON value; raises ValueError that tells the place and quotes nothing."""
    try:
        value: object = json.loads(written, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise ValueError(f"not whole JSON: {error.msg}, line {error.lineno}") from None
    except RecursionError:
        raise ValueError("not JSON that can be read: nested too deep") from None
    except _TwiceError:
        raise ValueError("not JSON that can be read: an object has a name twice") from None
    except ValueError:
        raise ValueError("not JSON that can be read: a number is too long") from None
    return value


class _TwiceError(ValueError):
    """Of two cells with one name only the last would count, and nobody would miss the other."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found
