"""Who speaks when, on made-up calls whose truth is known: ours, Silero and webrtcvad in one run.

    python -m tests.bench sound [FOLDER]

The table of voice activity, then by SNR, coding and noise; hold per kind; and what the errors cost
the behaviours that rest on sound alone. "ours" finds hold itself; "ours, hold told" and the others
are told it, as by a call log. Made calls and Silero's answers are kept in the folder.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.audio.spectrum import Samples
from pipeline.spans import Span, merged
from tests import truth
from tests.truth.call import SCORING_SEEDS, Made, Spec, make, plan
from tests.truth.coding import CODINGS
from tests.truth.conversation import SILENT_HOLD, HoldTruth
from tests.truth.detectors import ours, silero, silero_probabilities, webrtc
from tests.truth.music import HOLD_KINDS
from tests.truth.noise import NOISE_KINDS
from tests.truth.score import BEHAVIOURS, Found, Frames, Score, score

SNR_DB = (5.0, 10.0, 15.0, 20.0, 30.0, 40.0)
CALLS = 60
"""Ten for every SNR; three hours and a half."""

DETECTORS = ("ours", "ours, hold told", "Silero 0.3", "Silero 0.5", "webrtcvad 3")
PART_SNR_DB = 10.0
"""From here on the targets of the behaviours hold."""


def specs(count: int = CALLS) -> list[Spec]:
    """The scoring calls: every SNR with every noise and coding; none, one or two holds."""
    kinds = (*HOLD_KINDS, *SILENT_HOLD)
    planned, used = [], 0
    for number in range(count):
        held = [kinds[(used + i) % len(kinds)] for i in range(number % 3)]
        used += len(held)
        planned.append(
            plan(
                SCORING_SEEDS[number],
                scoring=True,
                snr_db=SNR_DB[number % len(SNR_DB)],
                noise=NOISE_KINDS[number // len(SNR_DB) % len(NOISE_KINDS)],
                coding=list(CODINGS)[(number + number // len(SNR_DB)) % len(CODINGS)],
                hold_kinds=held,
            )
        )
    return planned


def cached(folder: Path, spec: Spec) -> Made:
    """The made call, from the folder where it is there already."""
    path = folder / f"{_key(spec)}.npz"
    if path.exists():
        return _read(path, spec)
    made = make(spec)
    holds = [vars(hold) for hold in made.hold]
    kept = json.dumps([made.speech, holds, made.duration_s])
    np.savez(path, samples=made.samples, truth=np.array(kept))
    return made


def _key(spec: Spec) -> str:
    """Changes with the generator's code and with anything of the plan."""
    return f"{_version()}-{spec.seed}-{hashlib.sha256(repr(spec).encode()).hexdigest()[:8]}"


def _version() -> str:
    code = b"".join(path.read_bytes() for path in sorted(Path(truth.__file__).parent.glob("*.py")))
    return hashlib.sha256(code).hexdigest()[:12]


def _read(path: Path, spec: Spec) -> Made:
    with np.load(path) as file:
        (agent, customer), holds, duration_s = json.loads(str(file["truth"]))
        samples = file["samples"]
    hold = tuple(HoldTruth(**{**one, "channels": tuple(one["channels"])}) for one in holds)
    speech = (tuple(map(tuple, agent)), tuple(map(tuple, customer)))
    return Made(samples, speech, hold, duration_s, spec)


def probabilities(folder: Path, made: Made) -> tuple[Samples, float]:
    """Silero's probabilities of a call, and the CPU seconds they took when they were made."""
    path = folder / f"{_key(made.spec)}-silero.npz"
    if not path.exists():
        started = time.process_time()
        found = silero_probabilities(made.samples)
        np.savez(path, found=found, cpu_s=time.process_time() - started)
    with np.load(path) as file:
        return file["found"], float(file["cpu_s"])


def found_by(folder: Path, made: Made) -> dict[str, tuple[Found, float]]:
    """What every detector of `DETECTORS` finds in a call, and its CPU seconds."""
    chances, silero_s = probabilities(folder, made)
    return {
        "ours": _timed(lambda: ours(made.samples, made.duration_s)),
        "ours, hold told": _timed(lambda: ours(made.samples, made.duration_s, hold=told(made))),
        "Silero 0.3": (silero(chances, 0.3, made.duration_s), silero_s),
        "Silero 0.5": (silero(chances, 0.5, made.duration_s), silero_s),
        "webrtcvad 3": _timed(lambda: webrtc(made.samples, made.duration_s)),
    }


def told(made: Made) -> tuple[tuple[Span, ...], ...]:
    """Where each channel has a hold that sounds."""
    return tuple(
        merged((hold.start_s, hold.end_s) for hold in made.hold if channel in hold.channels)
        for channel in (0, 1)
    )


def _timed(detector: Callable[[], Found]) -> tuple[Found, float]:
    started = time.process_time()
    return detector(), time.process_time() - started


def row(made: Made, detector: str, scored: Score, cpu_s: float) -> dict[str, object]:
    """One call under one detector, as the tables need it."""
    kinds = {voice.kind for voice in made.spec.voices}
    hold = vars(scored.hold) if scored.hold else {}
    return {
        "detector": detector,
        "snr_db": made.spec.lines[0].snr_db,
        "coding": made.spec.coding,
        "noise": made.spec.lines[0].noise,
        "dtx": "/".join(sorted({line.dtx for line in made.spec.lines})),
        "voices": "/".join(sorted(kinds)),
        "duration_s": made.duration_s,
        "cpu_s": cpu_s,
        "true_s": scored.true["dead_air_s"],
        "found_s": scored.measured["dead_air_s"],
        "dead_air": scored.dead_air_error,
        **vars(scored.frames),
        **{f"hold_{name}": value for name, value in hold.items()},
        **{name: scored.error(name) for name in BEHAVIOURS},
    }


def measured(folder: Path) -> pd.DataFrame:
    """Every scoring call under every detector; progress on stderr."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, spec in enumerate(specs()):
        made = cached(folder, spec)
        rows += [
            row(made, name, score(made, found), cpu_s)
            for name, (found, cpu_s) in found_by(folder, made).items()
        ]
        print(f"\r{number + 1} of {CALLS} calls", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.DataFrame(rows)


def summary(rows: pd.DataFrame) -> pd.Series:
    """Figures of some calls, per cent; dead air as mean and 90th percentile over calls with any."""
    counts = Frames(*(int(rows[name].sum()) for name in vars(Frames())))
    without = rows.loc[rows["true_s"] == 0, "found_s"]
    return pd.Series(
        {
            "calls": len(rows),
            "accuracy": 100 * counts.accuracy,
            "miss": 100 * counts.miss,
            "false": 100 * counts.false_alarm,
            "cross-talk": 100 * counts.leak_alarm,
            "dead air": 100 * rows["dead_air"].mean(),
            "p90": 100 * rows["dead_air"].quantile(0.9),
            "none: s": without.mean(),
            "xRT": rows["duration_s"].sum() / rows["cpu_s"].sum(),
        }
    )


def by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Accuracy and dead-air error of every detector, per value of a column."""
    parts = {
        (figure, name): {value: summary(part)[figure] for value, part in own.groupby(column)}
        for figure in ("accuracy", "dead air")
        for name, own in _each_detector(rows)
    }
    return pd.DataFrame(parts).rename_axis(column)


def _each_detector(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(name, rows[rows["detector"] == name]) for name in DETECTORS]


def holds(rows: pd.DataFrame) -> None:
    """Precision and recall of our hold in seconds, and recall per kind."""
    own = rows[rows["detector"] == "ours"]
    both, true, found = (own[f"hold_{name}_s"].sum() for name in ("both", "true", "found"))
    print(
        f"hold: precision {both / max(found, 1e-9):.3f}, recall {both / true:.3f} of {true:.0f} s"
    )
    kinds = pd.DataFrame(
        [part for parts in own["hold_kinds"] for part in parts],
        columns=["kind", "found_s", "true_s"],
    )
    total = kinds.groupby("kind").sum()
    total["recall"] = total["found_s"] / total["true_s"]
    print(total.round(2).to_string())


def behaviours(rows: pd.DataFrame) -> pd.DataFrame:
    """Median and 90th percentile of the absolute errors, SNR of 10 dB and more."""
    good = rows[rows["snr_db"] >= PART_SNR_DB]
    errors = good.groupby("detector")[list(BEHAVIOURS)]
    parts = {"median": errors.median(), "p90": errors.quantile(0.9)}
    return pd.concat(parts, axis=1).swaplevel(axis=1).T.sort_index()[list(DETECTORS)]


def bench(folder: Path) -> None:
    """Print all tables."""
    rows = measured(folder / "sound")
    hours = rows.loc[rows["detector"] == "ours", "duration_s"].sum() / 3600
    print(
        f"{CALLS} made calls, {hours:.1f} hours; per cent, but calls, seconds and times real time"
    )
    for part in (rows, rows[rows["snr_db"] >= PART_SNR_DB]):
        table = pd.DataFrame({name: summary(own) for name, own in _each_detector(part)}).T
        print(f"\nSNR >= {part['snr_db'].min():g} dB\n{table.round(1).to_string()}")
    for column in ("snr_db", "coding", "noise", "dtx", "voices"):
        print(f"\n{by(rows, column).round(1).to_string()}")
    print()
    holds(rows)
    print(f"\nabsolute errors, SNR >= {PART_SNR_DB:g} dB\n{behaviours(rows).round(3).to_string()}")
