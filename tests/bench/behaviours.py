"""What timing and talking are worth on made calls: measured by the product, against the truth.

    python -m tests.bench behaviours [FOLDER]

Unseen calls at six signal-to-noise ratios, each written as WAV, as MP3 and as Opus (their rates by
turns), go the product's path (`tests/bench/made_calls.py`). Tables of the behaviours with a target,
by ratio and by coding; of every other behaviour of these families; of hold; and of why a behaviour
is unknown.
"""

import sys
from collections import Counter
from pathlib import Path

import pandas as pd

from pipeline.behaviours.measurement import Measured, measure_call
from pipeline.behaviours.register import Behaviour, registered
from pipeline.spans import overlap, seconds
from pipeline.speech.transcript import ANNOUNCED, LOGGED, MUSIC
from tests.bench.made_calls import CALLS_MADE, SNR_DB, Pair, pairs, specs

WAV = "pcm"
MP3, OPUS = ("mp3 16", "mp3 32", "mp3 64"), ("opus 24", "opus 32", "opus 48")
"""Of `tests/truth/coding.py`."""

FAMILIES = ("timing", "talking")
GOOD_SNR_DB = 10.0
"""From here on the targets hold."""

TARGETS = {
    "dead_air_s": (0.025, 0.07),
    "agent_talk_share": (0.01, 0.05),
    "agent_response_latency_s": (0.13, 0.30),
    "longest_agent_monologue_s": (0.12, 2.8),
    "overtalk_s": (2.0, 6.0),
}
"""Absolute error, median and 90th percentile; of dead air mean and 90th percentile of the error as
a share of the true seconds, over calls with any."""

HOLD_TARGET = 0.93


def behaviours() -> list[Behaviour]:
    """Those of the register whose truth the made calls know."""
    return [b for b in registered() if b.family in FAMILIES and b.measure is not None]


def codings(number: int) -> tuple[str, str, str]:
    """The codings of a call. Of six calls, one of each ratio, all have the same."""
    block = number // len(SNR_DB)
    return WAV, MP3[block % len(MP3)], OPUS[block % len(OPUS)]


def measured(folder: Path, count: int = CALLS_MADE) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Errors, a row per call, coding and behaviour; and seconds of hold. Progress on stderr."""
    errors, holds = [], []
    for number, spec in enumerate(specs(count)):
        for coding, pair in pairs(folder, spec, codings(number)):
            about = {"call": spec.seed, "snr_db": spec.lines[0].snr_db, "coding": coding}
            errors += [about | row for row in error_rows(pair)]
            holds += [about | row for row in hold_rows(pair)]
        print(f"\r{number + 1} of {count} calls", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.DataFrame(errors), pd.DataFrame(holds)


def error_rows(pair: Pair) -> list[dict[str, object]]:
    """Every behaviour of one call, measured and true, and why one of them is unknown."""
    heard, true = measure_call(pair.heard), measure_call(pair.true)
    return [_error_row(b.name, heard, true) for b in behaviours()]


def _error_row(name: str, heard: Measured, true: Measured) -> dict[str, object]:
    got, right = heard.values.get(name), true.values.get(name)
    off = None if got is None or right is None else abs(got - right)
    if name == "dead_air_s" and off is not None:
        off = off / right if right else None
    return {
        "behaviour": name,
        "measured": got,
        "true": right,
        "error": off,
        "why": heard.unknown.get(name) if right is not None else None,
        "false": heard.unknown.get(name) is None and right is None,
    }


def hold_rows(pair: Pair) -> list[dict[str, object]]:
    """Seconds of hold by the way it should be known: heard, announced in words, or only logged."""
    made = pair.made
    rows = []
    for how, kinds in ((ANNOUNCED, {"silence_announced"}), (LOGGED, {"silence"}), (MUSIC, set())):
        own = [h for h in made.hold if (h.kind in kinds if kinds else h.channels)]
        true = tuple((h.start_s, h.end_s) for h in own)
        found = tuple(sorted(hold.span for hold in pair.transcript.hold if hold.how == how))
        both = seconds(overlap(true, pair.heard.hold))
        right = seconds(overlap(found, sorted(made.hold_spans)))
        rows.append({"how": how, "true_s": seconds(true), "found_s": seconds(found),
                     "recalled_s": both, "right_s": right})  # fmt: skip
    return rows


def accuracy(errors: pd.DataFrame, column: str) -> pd.DataFrame:
    """Middle and 90th percentile of each behaviour with a target, by a column."""
    rows = {}
    for name, (middle, high) in TARGETS.items():
        own = errors[errors["behaviour"] == name]
        rows[name] = {value: figures(part) for value, part in own.groupby(column, sort=False)}
        rows[name]["target"] = f"{middle:g} / {high:g}"
    return pd.DataFrame(rows).T


def figures(rows: pd.DataFrame) -> str:
    """Median (of dead air: mean) and 90th percentile of the errors, and of how many calls."""
    known = rows["error"].dropna().astype(float)
    dead_air = (rows["behaviour"] == "dead_air_s").all()
    middle = known.mean() if dead_air else known.median()
    return f"{middle:.3f} / {known.quantile(0.9):.3f} ({len(known)})"


def others(errors: pd.DataFrame) -> pd.DataFrame:
    """Every behaviour: calls, true mean, error, bias, and how often it is wrongly (un)known."""
    rows = []
    for name, own in errors.groupby("behaviour", sort=False):
        both = own.dropna(subset=["measured", "true"]).astype({"measured": float, "true": float})
        off = both["measured"] - both["true"]
        rows.append(
            {"behaviour": name, "n": len(both), "true mean": both["true"].mean(),
             "median": off.abs().median(), "p90": off.abs().quantile(0.9), "bias": off.mean(),
             "exact": (off.abs() < 1e-9).mean(),
             "lost": own["why"].notna().sum(), "made up": own["false"].sum()}
        )  # fmt: skip
    return pd.DataFrame(rows)


def hold(rows: pd.DataFrame) -> pd.DataFrame:
    """Precision and recall of hold in seconds, by how it is known."""
    total = rows.groupby("how", sort=False)[["true_s", "found_s", "recalled_s", "right_s"]].sum()
    total["precision"] = total["right_s"] / total["found_s"]
    total["recall"] = total["recalled_s"] / total["true_s"]
    return total.drop(columns=["recalled_s", "right_s"])


def hold_by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Precision and recall of heard hold by a column."""
    heard = rows[rows["how"] == MUSIC]
    parts = {str(value): hold(part).loc[MUSIC] for value, part in heard.groupby(column, sort=False)}
    return pd.DataFrame(parts)


def bench(folder: Path) -> None:
    """Print all tables."""
    show(*measured(folder / "behaviours"))


def show(errors: pd.DataFrame, holds: pd.DataFrame) -> None:
    """All tables, of what was measured."""
    errors, holds = (
        rows.sort_values(["snr_db", "coding"], kind="stable") for rows in (errors, holds)
    )
    good, good_holds = (rows[rows["snr_db"] >= GOOD_SNR_DB] for rows in (errors, holds))
    wav = errors[errors["coding"] == WAV]
    print(f"{errors['call'].nunique()} made calls; median / p90 of the absolute error (calls), of "
          "dead air mean / p90 of the share of the true seconds")  # fmt: skip
    print(f"\nWAV, by SNR in dB\n{accuracy(wav, 'snr_db').to_string()}")
    print(f"\nall codings, by SNR in dB\n{accuracy(errors, 'snr_db').to_string()}")
    print(
        f"\nSNR >= {GOOD_SNR_DB:g} dB, by coding\n{accuracy(_families(good), 'coding').to_string()}"
    )
    print(f"\nSNR >= {GOOD_SNR_DB:g} dB, by rate\n{accuracy(good, 'coding').to_string()}")
    for name, part in (("WAV", good[good["coding"] == WAV]), ("all codings", good)):
        print(f"\nevery behaviour, SNR >= {GOOD_SNR_DB:g} dB, {name}")
        print(others(part).round(3).to_string(index=False))
    print(f"\nhold, SNR >= {GOOD_SNR_DB:g} dB, all codings; heard hold is to reach {HOLD_TARGET}")
    print(hold(good_holds).round(3).to_string())
    print(f"heard hold by coding\n{hold_by(_families(good_holds), 'coding').round(3).to_string()}")
    print(f"heard hold by SNR\n{hold_by(holds, 'snr_db').round(3).to_string()}")
    why = Counter(errors.loc[errors["why"].notna(), "why"])
    print(f"\nknown in truth, unknown as heard, of {len(errors)}")
    for reason, count in why.most_common():
        print(f"{count:6d}  {reason}")


def _families(rows: pd.DataFrame) -> pd.DataFrame:
    """With MP3 and Opus of every rate as one coding."""
    return rows.assign(coding=rows["coding"].str.partition(" ")[0])
