"""What a file's first bytes say, where the decoder would not tell that they lie.

The decoder reads what is there: a WAV or Ogg file cut in half decodes without an error to half a
call, whose handle time is wrong. So the declared size is compared with the file's before decoding.
"""

import os
import struct
from codecs import getincrementaldecoder
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pipeline.audio.boxes import packets_problem
from pipeline.audio.unreadable import EXPECTED

MAX_MISSING_SHARE = 0.05
"""A recording that lacks more of its declared length is truncated."""

# Recorders that stream cannot come back to write the size and leave 0, 2³² − 1 (ffmpeg) or about
# 2³¹ (sox, arecord); a true WAV of that size would be a call of 18 hours in 16-bit stereo.
_UNKNOWN_FROM = 0x7FFF_0000
_PADDING = 4_096  # bytes: some recorders fill up the last block of their disk
_LONGEST_OGG_PAGE = 65_307  # bytes: header, 255 lacing values, 255 · 255 bytes of data
_MAX_CHUNKS = 1_000  # a cue point or a note each; a recorder writes less than ten
_UNCOMPRESSED = {1, 3, 6, 7, 0xFFFE}  # integers, floats, A-law, mu-law, and those by extension

_HEAD = 4_096
_ARCHIVES = {
    b"PK\x03\x04": "a ZIP archive",
    b"PK\x05\x06": "an empty ZIP archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x1f\x8b\x08": "a gzip archive",
}
_TEXT_MARKS = set(b"\t\n\r\f\x1b")  # control characters that a text may hold
_FEWEST_LETTERS = 8  # silence in a headerless format can be one letter, repeated


def header_problem(file: BinaryIO) -> str | None:
    """What is wrong with the file by its own account, or None; leaves the file at its start.

    Knows an empty file, an archive, a text, a WAV (RIFF, RF64) whose header contradicts itself,
    whose data chunk ends after the file or whose file goes on long after its data, an Ogg whose
    last page is cut, and an MP4 that claims packets without bytes. The rest is for the decoder.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD)
    if not size:
        problem: str | None = "the file is empty (0 bytes), expected a recording"
    elif head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        problem = _wav_problem(file, size)
    elif head[:4] == b"OggS":
        problem = _ogg_problem(file, size)
    else:
        problem = _archive_problem(head) or _text_problem(head) or packets_problem(file, size)
    file.seek(0)
    return problem


def _archive_problem(head: bytes) -> str | None:
    """An archive may hold a recording as it is, and a decoder would find it and read on."""
    for magic, name in _ARCHIVES.items():
        if head.startswith(magic):
            locked = magic == b"PK\x03\x04" and head[6:7] and head[6] & 1
            return (
                f"{name}{' protected by a password' if locked else ''}, expected a recording: "
                "unpack it and bring what is inside"
            )
    return None


def _text_problem(head: bytes) -> str | None:
    """The headerless formats take any bytes for sound."""
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") and head.count(0) > len(head) / 3  # UTF-16
    if not wide and not _is_text(head):
        return None
    return f"not a readable recording (it is text), {EXPECTED}"


def _is_text(head: bytes) -> bool:
    if len(set(head)) < _FEWEST_LETTERS or any(b < 32 and b not in _TEXT_MARKS for b in head):
        return False
    try:
        getincrementaldecoder("utf-8")().decode(head)  # a letter cut in two at the end is no error
    except UnicodeDecodeError:
        return False
    return True


def _wav_problem(file: BinaryIO, size: int) -> str | None:
    long_size = 0
    for name, start, length in islice(_chunks(file, 12, size), _MAX_CHUNKS):
        if name == b"ds64":  # RF64: 64-bit sizes, for more than 4 GB
            file.seek(start + 8)
            long_size = int.from_bytes(file.read(8), "little")
        elif name == b"fmt " and (problem := _rate_problem(file, start)):
            return problem
        elif name == b"data":
            declared = long_size if long_size and length == 0xFFFFFFFF else length
            return _data_problem(file, size, start, declared)
    return (
        f"the WAV header has no data chunk among its first {_MAX_CHUNKS}, expected samples behind "
        "it; save it anew"
    )


def _rate_problem(file: BinaryIO, start: int) -> str | None:
    """Uncompressed, bytes per second follow from the rate; if not, one of the two is wrong."""
    file.seek(start)
    kind, _, rate, per_second, block = struct.unpack("<HHIIH", file.read(14).ljust(14, b"\0"))
    expected = rate * block
    if kind not in _UNCOMPRESSED or not per_second or not expected:
        return None
    if abs(per_second - expected) <= MAX_MISSING_SHARE * expected:
        return None
    return (
        f"the header lies: {rate} samples per second of {block} bytes, but {per_second} bytes per "
        f"second, expected {expected}; all times would be wrong, so write the header anew"
    )


def _data_problem(file: BinaryIO, size: int, start: int, declared: int) -> str | None:
    there = size - start
    if there <= 0:
        return "the WAV header is followed by no samples, expected a call"
    if not declared or declared >= _UNKNOWN_FROM:
        return None
    missing = 1 - there / declared
    if missing > MAX_MISSING_SHARE:
        return (
            f"truncated: {there} bytes of samples, expected {declared} by the WAV header "
            f"({missing:.0%} of the call is missing)"
        )
    return _tail_problem(file, size, start + declared + declared % 2, declared)


def _tail_problem(file: BinaryIO, size: int, end: int, declared: int) -> str | None:
    """A crash leaves the size of an early moment in the header, and the rest of the call unread."""
    for count, (name, start, length) in enumerate(_chunks(file, end, size)):
        if not (name.isascii() and name.decode("ascii").isprintable()):
            break
        if name == b"data" or count == _MAX_CHUNKS:
            return (
                f"the header lies: {declared} bytes of samples in the first data chunk, but "
                f"another or more than {_MAX_CHUNKS} chunks follow; expected one, so save it anew"
            )
        end = start + length + length % 2
    beyond = size - end
    if beyond <= max(MAX_MISSING_SHARE * declared, _PADDING):
        return None
    return (
        f"the header lies: {declared} bytes of samples by the WAV header, but {beyond} more bytes "
        "follow that are no chunk; expected one length, so write the header anew"
    )


def _chunks(file: BinaryIO, start: int, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and length of every chunk from `start` on; the last may reach over the end."""
    while start + 8 <= size:
        file.seek(start)
        name, length = struct.unpack("<4sI", file.read(8))
        yield name, start + 8, length
        start += 8 + length + length % 2


def _ogg_problem(file: BinaryIO, size: int) -> str | None:
    """A finished Ogg ends with a whole page; the last page's header says how long it is."""
    file.seek(max(0, size - 2 * _LONGEST_OGG_PAGE))
    tail = file.read(2 * _LONGEST_OGG_PAGE)
    start = tail.rfind(b"OggS")
    header = tail[start : start + 27]
    if start >= 0 and len(header) == 27:
        lacing = tail[start + 27 : start + 27 + header[26]]
        if len(lacing) == header[26] and len(tail) - start >= 27 + len(lacing) + sum(lacing):
            return None
    return "truncated: the last Ogg page is cut off, expected a whole page at the end"
