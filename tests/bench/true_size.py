"""What batches are worth at the size of a published model, whisper-small, with random weights.

    python -m tests.bench true_size [FOLDER]

Full windows, each of which gets the same number of words: one by one, as a short call alone gives
them, and together, as the engine has them from many calls.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from ctranslate2 import StorageView, get_cuda_device_count
from faster_whisper import WhisperModel

from flows.demonstration import MODEL
from pipeline.speech.decoding import encoded
from tests.bench.random_whisper import SMALL_EN, save

WINDOWS, FRAMES, TOKENS = 8, 3000, 96
"""96 tokens are 30 s of talk."""

BEAMS = (1, 5)


@dataclass(frozen=True)
class _Spent:
    encode: float
    generate: float
    align: float


def _now() -> float:
    """Of the processor where it computes; of the clock where a graphics card does."""
    return time.perf_counter() if get_cuda_device_count() else time.process_time()


def spent(whisper: WhisperModel, features: "np.typing.NDArray[np.float32]", beam: int) -> _Spent:
    """Seconds of one batch."""
    end, start = SMALL_EN.vocabulary - 1509, SMALL_EN.vocabulary - 1508
    times = [_now()]
    states: StorageView = encoded(whisper, list(features))
    times.append(_now())
    results = whisper.model.generate(
        states, [[start, start + 6]] * len(features), beam_size=beam, max_length=2 * TOKENS,
        suppress_tokens=[end], suppress_blank=False,
    )  # fmt: skip
    times.append(_now())
    texts = [[token for token in one.sequences_ids[0] if token < end] for one in results]
    whisper.model.align(states, [start], texts, [FRAMES] * len(features))
    times.append(_now())
    return _Spent(*np.diff(times))


def bench(folder: Path) -> None:
    """Print the table."""
    path = save(folder / "random-small", MODEL)
    device = "cuda" if get_cuda_device_count() else "cpu"
    whisper = WhisperModel(str(path), device=device, compute_type="int8", cpu_threads=1)
    rng = np.random.default_rng(0)
    features = rng.standard_normal((WINDOWS, 80, FRAMES), dtype=np.float32)
    rows = []
    for beam in BEAMS:
        for size in (1, 2, 4, 8):
            parts = [spent(whisper, features[i : i + size], beam) for i in range(0, WINDOWS, size)]
            total = {name: sum(getattr(part, name) for part in parts) for name in vars(parts[0])}
            rows.append({"beam": beam, "batch": size, **total, "all": sum(total.values())})
    table = pd.DataFrame(rows)
    alone = table.groupby("beam")["all"].transform("first")
    table["x one by one"] = alone / table["all"]
    print(f"seconds for {WINDOWS} windows of whisper-small's shape on {device}, one thread")
    print(table.round(2).to_string(index=False))
