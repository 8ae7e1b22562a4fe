"""Who speaks, on one channel: the generator's scoring calls and a real call, summed to mono.

    python -m tests.bench diarisation [FOLDER]

Given the true speech, so that only who is wrong counts, and with the speech that we find.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.audio.activity import voice_activity
from pipeline.audio.decode import Recording, whole
from pipeline.audio.diarise import diarise
from pipeline.audio.listening import Trace, heard
from pipeline.audio.spectrum import RATE, Samples
from pipeline.audio.tracks import tracked
from pipeline.spans import Span, merged, without
from tests.truth.call import SCORING_SEEDS, made_call, summed
from tests.truth.diarisation_score import score

CALLS = 120
ALONE = 30
DRAWS = 2_000
FAILURE = 0.15
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "calls_aws"

Truth = tuple[tuple[Span, ...], tuple[Span, ...]]
Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def found_speech(samples: Samples) -> tuple[Span, ...]:
    """Where our voice activity hears anybody."""
    made = tracked([samples[None]])
    return heard(Trace(made.channels, (0,), made.duration_s, "one channel")).speech[0]


def row(name: str, samples: Samples, truth: Truth) -> dict[str, object]:
    """One call: confusion within the true speech, error within the found, seconds of CPU."""
    started = time.process_time()
    known = diarise([samples], merged([*truth[0], *truth[1]]))
    cpu_s = time.process_time() - started
    heard_only = diarise([samples], found_speech(samples))
    strict, collar = score(heard_only, truth), score(heard_only, truth, collar_s=0.25)
    return {
        "call": name,
        "confusion": score(known, truth).confusion,
        "confidence": known.confidence,
        "DER": strict.error,
        "DER, collar 0.25 s": collar.error,
        "overlap": strict.overlap,
        "beyond overlap": strict.avoidable,
        "found: confusion": strict.confusion,
        "found: confidence": heard_only.confidence,
        "s": samples.size / RATE,
        "cpu_s": cpu_s,
    }


def made_rows(seeds: Sequence[int], *, scoring: bool) -> list[dict[str, object]]:
    """The generator's calls, without what is said or heard during hold."""
    rows = []
    for seed in seeds:
        made = made_call(seed, scoring=scoring)
        mono = summed(made)
        agent, customer = (without(merged(s), merged(made.hold_spans)) for s in mono.speech)
        kind = made.spec.voices[0].kind
        rows.append({**row(f"{seed}", mono.samples, (agent, customer)), "voices": kind})
    return rows


def alone_rows(seeds: Sequence[int], *, scoring: bool) -> list[dict[str, object]]:
    """One side of a call by itself: nobody to tell apart, so every answer is a failure."""
    rows: list[dict[str, object]] = []
    for seed in seeds:
        made = made_call(seed, scoring=scoring, cross_talk_db=None)
        own = without(merged(made.speech[0]), merged(made.hold_spans))
        found = diarise([made.samples[0]], own)
        rows.append({"confusion": 1.0, "confidence": found.confidence})
    return rows


def real_row() -> dict[str, object]:
    """The two-channel call of Auto Repairs; its truth is the voice activity of its channels."""
    files = tuple(REAL / f"Auto_Repairs_40_UTC_{side}.wav" for side in ("agent", "caller"))
    samples = whole(Recording(files), rate=RATE).samples
    made = tracked([samples])
    agent, caller = voice_activity(made.channels, made.duration_s).speech
    return row("Auto Repairs", samples.sum(axis=0), (agent, caller))


def area(good: npt.ArrayLike, bad: npt.ArrayLike) -> float:
    """AUC: how often a success has more confidence than a failure; 0 without one of the two."""
    left, right = np.asarray(good)[:, None], np.asarray(bad)[None, :]
    return float(np.mean((left > right) + 0.5 * (left == right))) if left.size * right.size else 0.0


def interval(confidence: Numbers, failed: Mask) -> tuple[float, float]:
    """90 % of the AUC by bootstrap over calls; draws without one of the two tell nothing."""
    drawn = np.random.default_rng(0).integers(len(failed), size=(DRAWS, len(failed)))
    areas = [
        area(confidence[own][~failed[own]], confidence[own][failed[own]])
        for own in drawn
        if 0 < failed[own].sum() < len(own)
    ]
    low, high = np.percentile(areas or [0.0], (5, 95))
    return float(low), float(high)


def summary(name: str, table: pd.DataFrame) -> dict[str, object]:
    """How often and how badly calls fail, and how well the confidence knows it."""
    failed = table["confusion"].to_numpy() > FAILURE
    confidence = table["confidence"].to_numpy()
    low, high = interval(confidence, failed)
    return {
        "voices": name,
        "calls": len(table),
        "failures": failed.sum(),
        "confusion": table["confusion"].mean(),
        "median confidence": table["confidence"].median(),
        "AUC": area(confidence[~failed], confidence[failed]),
        "from": low,
        "to": high,
    }


def bench(folder: Path) -> None:
    """Print the figures; nothing is kept in `folder`."""
    print(
        f"confusion and confidence with the true speech, the rest with ours (nothing in {folder})"
    )
    if REAL.is_dir():
        print(pd.DataFrame([real_row()]).round(3).to_string(index=False))
    table = pd.DataFrame(made_rows(SCORING_SEEDS[:CALLS], scoring=True))
    alone = pd.DataFrame(alone_rows(SCORING_SEEDS[:ALONE], scoring=True))
    print(table.round(3).to_string(index=False))
    parts = {
        "all": table,
        **{str(kind): own for kind, own in table.groupby("voices")},
        "one alone": alone,
        "all, and one alone": pd.concat((table, alone)),
    }
    print("AUC of the confidence for failures, with its 90 % interval")
    print(
        pd.DataFrame([summary(name, own) for name, own in parts.items()])
        .round(3)
        .to_string(index=False)
    )
    print(f"{table['s'].sum() / table['cpu_s'].sum():.0f} x real time")
