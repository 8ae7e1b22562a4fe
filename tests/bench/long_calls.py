"""How fast a long call is listened to, and in how much memory: everything but the recogniser.

    python -m tests.bench long_calls [FOLDER]

Decoding included, in a fresh process for each; G.711 in two channels, good and poor lines, mono.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from tests.truth.call import made_call
from tests.unit.audio.recordings import write_long

HOURS = (2.0, 10.0)

LISTENER = """
import sys, time
from pathlib import Path
from pipeline.audio.decode import Recording
from pipeline.audio.listening import listen
started = time.process_time()
trace, told = listen(Recording((Path(sys.argv[1]),)))
spent = time.process_time() - started
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(trace.duration_s / spent, int(peak) / 1024, told.timing_confidence)
"""


def row(name: str, path: Path) -> dict[str, object]:
    """One recording: times real time in CPU seconds, and the peak of the process."""
    run = [sys.executable, "-c", LISTENER, str(path)]
    times, megabytes, confidence = map(float, subprocess.check_output(run).split())
    return {"call": name, "x real time": times, "MB": megabytes, "timing confidence": confidence}


def bench(folder: Path) -> None:
    """Print the table."""
    folder.mkdir(parents=True, exist_ok=True)
    path, rows = folder / "long.wav", []
    good = made_call(1, seconds=300.0, snr_db=30.0, hold_kinds=("pop",)).samples
    poor = made_call(2, seconds=300.0, snr_db=5.0).samples
    for hours in HOURS:
        rows.append(row(f"{hours:g} h, two channels", write_long(path, good, hours)))
    rows.append(row("2 h, poor line: with Silero", write_long(path, poor, 2.0)))
    mono = np.tile(good.mean(axis=0), (2, 1))
    for hours in HOURS:
        rows.append(row(f"{hours:g} h, mono: with voices", write_long(path, mono, hours)))
    path.unlink()
    print(pd.DataFrame(rows).round(2).to_string(index=False))
