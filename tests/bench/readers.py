"""How fast each format is read, and whether damaged files are ever more than a sentence.

    python -m tests.bench readers [FOLDER]

Speed in CPU seconds, at 8 kHz as everything but the recogniser takes it; damaged files for 10
minutes.
"""

import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.audio.decode import Recording, blocks
from tests.unit.audio.fuzz import fuzz
from tests.unit.audio.recordings import FORMATS, encode, gsm, gsm_wav

SOUND_S = 300
FUZZ_S = 600.0
FUZZ_FIRST = 1_000_000
"""Other cases than those of the tests."""


def sound() -> npt.NDArray[np.float32]:
    """Two channels at 8 kHz that take turns."""
    rng = np.random.default_rng(8)
    turns = np.repeat(np.arange(SOUND_S // 2) % 2, 2 * 8_000)
    noise = rng.normal(0, 0.05, (2, turns.size))
    samples: npt.NDArray[np.float32] = (noise * np.stack([turns, 1 - turns])).astype(np.float32)
    return samples


def times_real(path: Path) -> float:
    """Seconds of sound read per CPU second."""
    started = time.process_time()
    count = sum(block.shape[1] for block in blocks(Recording((path,)), rate=8_000))
    return float(count / 8_000 / (time.process_time() - started))


def speeds(folder: Path) -> pd.DataFrame:
    """One row per format."""
    samples = sound()
    rows = []
    for form in FORMATS:
        path = folder / f"speed.{form.ending}"
        encode(path, form.codec, samples[: form.channels], form.rate)
        rows.append((form.ending, form.codec, form.rate, form.channels, times_real(path)))
    for name, content in (("gsm", gsm([30] * 9_000)), ("wav", gsm_wav([30] * 9_000))):
        path = folder / f"speed.{name}"
        path.write_bytes(content)
        rows.append((name, "gsm", 8_000, 1, times_real(path)))
    columns = ["file", "codec", "rate", "channels", "times real time"]
    return pd.DataFrame(rows, columns=columns)


def bench(folder: Path, fuzz_s: float = FUZZ_S) -> None:
    """Print the speeds, then what the damaged files gave."""
    folder.mkdir(parents=True, exist_ok=True)
    print(speeds(folder).round(0).to_string(index=False), flush=True)
    whole = folder / "damaged"
    whole.mkdir(exist_ok=True)
    found = fuzz(whole, seconds=fuzz_s, first=FUZZ_FIRST)
    answers = ", ".join(f"{count} {kind}" for kind, count in sorted(found.answers.items()))
    print(f"{found.answers.total()} damaged files in {fuzz_s:.0f} s: {answers}")
    for line in found.wrong:
        print(line)
