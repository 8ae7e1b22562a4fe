"""What a file's own header says of its length, where the decoder would not tell that it lies.

The decoder reads what is there: a WAV or Ogg file cut in half decodes without an error to half a
call, whose handle time is wrong. So the declared size is compared with the file's before decoding.
"""

import os
import struct
from typing import BinaryIO

MAX_MISSING_SHARE = 0.05
"""A recording that lacks more of its declared length is truncated."""

# Recorders that stream cannot come back to write the size and leave 0, 2³² − 1 (ffmpeg) or about
# 2³¹ (sox, arecord); a true WAV of that size would be a call of 18 hours in 16-bit stereo.
_UNKNOWN_FROM = 0x7FFF_0000
_PADDING = 4_096  # bytes: some recorders fill up the last block of their disk
_LONGEST_OGG_PAGE = 65_307  # bytes: header, 255 lacing values, 255 · 255 bytes of data


def length_problem(file: BinaryIO) -> str | None:
    """What is wrong with the length of the file, or None; leaves the file at its start.

    Knows an empty file, a WAV (RIFF, RF64) whose data chunk ends after the file or whose file goes
    on long after its data, and an Ogg whose last page is cut. Other formats are for the decoder.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(12)
    problem = None
    if not size:
        problem = "the file is empty (0 bytes), expected a recording"
    elif head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE":
        problem = _wav_problem(file, size)
    elif head[:4] == b"OggS":
        problem = _ogg_problem(file, size)
    file.seek(0)
    return problem


def _wav_problem(file: BinaryIO, size: int) -> str | None:
    data_start, declared = _find_data(file, size)
    if declared is None:
        return "the WAV header has no data chunk, expected samples behind it"
    there = size - data_start
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
    return _wav_tail_problem(file, size, data_start + declared + declared % 2, declared)


def _find_data(file: BinaryIO, size: int) -> tuple[int, int | None]:
    """Where the samples start and how many bytes the header declares; None without data chunk."""
    position, long_size = 12, 0
    while position + 8 <= size:
        name, length = _chunk(file, position)
        position += 8
        if name == b"ds64":  # RF64: 64-bit sizes, for more than 4 GB
            file.seek(position + 8)
            long_size = int.from_bytes(file.read(8), "little")
        if name == b"data":
            return position, long_size if long_size and length == 0xFFFFFFFF else length
        position += length + length % 2
    return position, None


def _wav_tail_problem(file: BinaryIO, size: int, end: int, declared: int) -> str | None:
    """A crash leaves the size of an early moment in the header, and the rest of the call unread."""
    while end + 8 <= size:
        name, length = _chunk(file, end)
        if not (name.isascii() and name.decode("ascii").isprintable()):
            break
        end += 8 + length + length % 2
    beyond = size - end
    if beyond <= max(MAX_MISSING_SHARE * declared, _PADDING):
        return None
    return (
        f"the header lies: {declared} bytes of samples by the WAV header, but {beyond} more bytes "
        "follow that are no chunk; expected one length, so write the header anew"
    )


def _chunk(file: BinaryIO, position: int) -> tuple[bytes, int]:
    file.seek(position)
    name, length = struct.unpack("<4sI", file.read(8))
    return name, length


def _ogg_problem(file: BinaryIO, size: int) -> str | None:
    """A finished Ogg ends with a whole page; the last page's header says how long it is."""
    file.seek(max(0, size - 2 * _LONGEST_OGG_PAGE))
    tail = file.read()
    start = tail.rfind(b"OggS")
    header = tail[start : start + 27]
    if start >= 0 and len(header) == 27:
        lacing = tail[start + 27 : start + 27 + header[26]]
        if len(lacing) == header[26] and len(tail) - start >= 27 + len(lacing) + sum(lacing):
            return None
    return "truncated: the last Ogg page is cut off, expected a whole page at the end"
