"""Damaged recordings without end: valid ones of every format, changed at random, each numbered.

A child process decodes them, so that a crash or a hang inside the decoder is found and named. Run
as a module it is that child: numbers come in on standard input, an answer each goes out.
"""

import contextlib
import resource
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.audio.decode import Recording, UnreadableRecordingError, blocks
from tests.unit.audio.recordings import FORMATS, encode, gsm, gsm_wav

Bytes = npt.NDArray[np.uint8]

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 20.0  # for 2 s of sound, on a machine that has other work
MEMORY = 2 << 30  # bytes of address space: above what the libraries map, below what would hurt
RESIDENT_MB = 400


def make_whole(folder: Path) -> list[Path]:
    """A short valid file of every format."""
    rng = np.random.default_rng(4)
    sound = (rng.normal(0, 0.05, (2, 16_000)) * np.repeat([0, 1, 0, 1], 4_000)).astype(np.float32)
    files = [
        encode(folder / f"{index:02}.{form.ending}", form.codec, sound[: form.channels], form.rate)
        for index, form in enumerate(FORMATS)
    ]
    for name, content in (("98.gsm", gsm([30] * 50)), ("99.wav", gsm_wav([30] * 50))):
        (folder / name).write_bytes(content)
        files.append(folder / name)
    return files


def damaged(files: list[Path], number: int) -> tuple[bytes, str]:
    """Case `number`: its bytes and its ending."""
    rng = np.random.default_rng(number)
    path = files[rng.integers(len(files))]
    other = files[rng.integers(len(files))]
    content = np.frombuffer(path.read_bytes(), np.uint8).copy()
    for _ in range(1 + rng.integers(3)):
        if content.size:
            change = _CHANGES[rng.integers(len(_CHANGES))]
            content = change(content, rng, np.frombuffer(other.read_bytes(), np.uint8))
    return content.tobytes(), path.suffix


def _flip(content: Bytes, rng: np.random.Generator, other: Bytes) -> Bytes:
    """Single bits, in the header or anywhere."""
    reach = min(content.size, 300) if rng.integers(2) else content.size
    at = rng.integers(0, reach, 1 + rng.integers(8))
    content[at] ^= np.uint8(1 << rng.integers(8))
    return content


def _cut(content: Bytes, rng: np.random.Generator, other: Bytes) -> Bytes:
    return content[: rng.integers(content.size)]


def _splice(content: Bytes, rng: np.random.Generator, other: Bytes) -> Bytes:
    """The beginning of one file, the end of another."""
    return np.concatenate(
        (content[: rng.integers(content.size)], other[rng.integers(other.size) :])
    )


def _number(content: Bytes, rng: np.random.Generator, other: Bytes) -> Bytes:
    """A field of the header set to an extreme."""
    width = int(2 ** rng.integers(4))
    extremes = (0, 1, 0x7F, 0x80, 0xFF)
    at = int(rng.integers(min(content.size, 400 if rng.integers(4) else content.size)))
    field_bytes = content[at : at + width]
    field_bytes[:] = extremes[rng.integers(len(extremes))]
    if rng.integers(2):
        field_bytes[rng.integers(field_bytes.size)] = rng.integers(256)
    return content


def _repeat(content: Bytes, rng: np.random.Generator, other: Bytes) -> Bytes:
    """A stretch, or a chunk, many times."""
    start = int(rng.integers(content.size))
    length = int(rng.integers(1, 400))
    again = np.tile(content[start : start + length], int(rng.integers(2, 200)))
    return np.concatenate((content[:start], again, content[start:]))


def _remove(content: Bytes, rng: np.random.Generator, other: Bytes) -> Bytes:
    start = int(rng.integers(content.size))
    return np.concatenate((content[:start], content[start + int(rng.integers(1, 2_000)) :]))


_CHANGES: tuple[Callable[[Bytes, np.random.Generator, Bytes], Bytes], ...] = (
    _flip, _flip, _cut, _splice, _number, _number, _repeat, _remove,
)  # fmt: skip


@dataclass
class Findings:
    """How many cases gave a sound or a sentence, and those that gave neither."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def fuzz(folder: Path, *, seconds: float, first: int = 0) -> Findings:
    """Cases from number `first` on, for so long."""
    make_whole(folder)
    findings = Findings()
    number, until = first, time.monotonic() + seconds
    while time.monotonic() < until:
        with _child(folder) as child:
            while time.monotonic() < until:
                answer = _ask(child, number)
                kind, _, detail = answer.partition(" ")
                findings.answers[kind] += 1
                if kind not in ("sound", "sentence"):
                    findings.wrong.append(f"case {number}: {kind} {detail}")
                number += 1
                if kind in ("hang", "crash"):
                    break
    return findings


@contextlib.contextmanager
def _child(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.audio.fuzz", str(folder)],
        cwd=ROOT, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def _ask(child: "subprocess.Popen[str]", number: int) -> str:
    assert child.stdin and child.stdout
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(f"{number}\n")
        child.stdin.flush()
    if not select.select([child.stdout], [], [], PATIENCE_S)[0]:
        return f"hang: no answer for {PATIENCE_S:.0f} s"
    return child.stdout.readline().strip() or f"crash: the child ended with {child.wait()}"


def _answer(path: Path) -> str:
    try:
        for block in blocks(Recording((path,)), rate=8_000):
            if not (np.isfinite(block).all() and np.abs(block).max() <= 1):
                return "wrong: samples beyond −1…1"
    except UnreadableRecordingError as error:
        sentence = str(error)
        if "\n" in sentence or "expected" not in sentence or not sentence.startswith(path.name):
            return f"wrong: a message {sentence!r}"
        return "sentence"
    except BaseException as error:  # any other is a finding, to be told and not to end the child
        return f"wrong: {type(error).__name__} {str(error)!r}"
    return "sound"


def _resident_mb() -> int:
    """The most memory that this process ever held; 0 where it is not told."""
    status = Path("/proc/self/status")
    return int(status.read_text().partition("VmHWM:")[2].split()[0]) >> 10 if status.exists() else 0


def main() -> None:
    """The child."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder = Path(sys.argv[1])
    files = sorted(path for path in folder.iterdir() if path.stem != "case")
    for line in sys.stdin:
        content, ending = damaged(files, int(line))
        path = folder / f"case{ending}"
        path.write_bytes(content)
        answer = _answer(path)
        if _resident_mb() > RESIDENT_MB:
            print(f"crash: {_resident_mb()} MB of memory after {answer}", flush=True)
            return
        print(answer, flush=True)


if __name__ == "__main__":
    main()
