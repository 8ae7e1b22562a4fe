"""Secrets that redaction leaves, and harmless words that it takes, on templates it never saw.

    python -m tests.bench redaction [FOLDER]

From true words, beside presidio where that is installed, and from what the demo's model hears of
the demo's voices. No case of the scoring family is shown: what failed of the development family is
written to FOLDER, to build with.
"""

import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from models.intervals import wilson
from models.speech.language import call as ordinary_call
from pipeline.privacy.conversation import KINDS
from pipeline.privacy.redaction import redact_call
from tests.bench import presidio
from tests.bench.spoken import errors
from tests.bench.spoken_secrets import Heard, heard_cases, known_sample, sample
from tests.truth.secrets import Case, Piece, Sizes, labelled_set
from tests.truth.secrets.cases import SIDES, Turns
from tests.truth.secrets.score import Verdict, Words, judged

LEVEL = 0.95
LONG_CALLS, PARTS, SPEED_ROUNDS = 10, 5, 5
"""A long call is made of so many short ones, with a case in the middle of each."""
STRIDE = 100
"""Every so many cases one is taken for the long calls, so that all kinds and look-alikes occur."""
SPOKEN = Sizes(payment=20, other=20, harmless=240)
"""Spoken and heard: minutes of sound, so a sample; harmless ones as many as secrets."""


def ours(words: Words, names: Sequence[str]) -> Words:
    """The product's redaction."""
    return redact_call(words, names=names)


def share(name: str, k: int, n: int) -> dict[str, float]:
    """A share and its interval, as columns."""
    low, high = wilson(k, n, LEVEL)
    return {name: k / n, "low": low, "high": high}


def secrets(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """A row per kind: how many, recall with its interval, and the share named by its own kind.

    Cases of one template fall together, so the interval is too narrow: `templates` with a miss.
    """
    rows = []
    for kind in KINDS:
        found = [(v.case.template, o) for v in verdicts for o in v.outcomes if o.kind == kind]
        gone = sum(one.is_gone for _, one in found)
        named = sum(one.named for _, one in found) / len(found)
        missed_in = {template for template, one in found if not one.is_gone}
        rows.append({"kind": kind, "n": len(found), **share("recall", gone, len(found)),
                     "named": named, "templates": len({template for template, _ in found}),
                     "with a miss": len(missed_in)})  # fmt: skip
    return pd.DataFrame(rows)


def harmless(touched: Sequence[tuple[str, bool]]) -> pd.DataFrame:
    """A row per class of look-alike and one for all: how many of them lost a word."""
    counts, hit = Counter(name for name, _ in touched), Counter(n for n, was in touched if was)
    rows = [{"look-alike": name, "n": n, **share("touched", hit[name], n)}
            for name, n in counts.items()]  # fmt: skip
    every = {"look-alike": "all", "n": len(touched), **share("touched", hit.total(), len(touched))}
    return pd.DataFrame([*rows, every])


def report(name: str, verdicts: Sequence[Verdict]) -> None:
    """Print both tables, and how much beside the secrets goes with them."""
    print(f"\n{name}: secrets of which no word is left")
    print(secrets(verdicts).round(4).to_string(index=False))
    print(f"\n{name}: harmless exchanges with a word taken")
    plain = [each for each in verdicts if each.case.is_harmless]
    print(
        harmless([(v.case.section, bool(v.touched)) for v in plain]).round(4).to_string(index=False)
    )
    others = [each for each in verdicts if not each.case.is_harmless]
    taken = sum(len(each.touched) for each in others) / sum(each.plain for each in others)
    print(f"ordinary words taken beside secrets: {taken:.2%}", flush=True)


def long_calls() -> list[Case]:
    """Calls of ordinary sentences with a case of the scoring family now and then."""
    cases = islice(labelled_set("scoring"), 0, None, STRIDE)
    made = []
    for number in range(LONG_CALLS):
        turns: Turns = ()
        names: tuple[str, ...] = ()
        for part in range(PARTS):
            spoken = ordinary_call(np.random.default_rng((7, number, part)), scoring=True)
            plain: Turns = tuple((side, tuple(map(Piece, text.split()))) for side, text in spoken)
            case, middle = next(cases), len(plain) // 2
            turns += plain[:middle] + case.turns + plain[middle:]
            names = case.names
        made.append(Case("long call", "", turns, names))
    return made


def speed() -> None:
    """Print the CPU time of redaction in long calls, at best and at worst."""
    calls = long_calls()
    count = sum(len(one.words[side]) for one in calls for side in SIDES)
    spent = []
    for _ in range(SPEED_ROUNDS):
        started = time.process_time()
        for one in calls:
            ours(one.words, one.names)
        spent.append(1e6 * (time.process_time() - started) / count)
    print(f"\n{np.median(spent):.1f} ms of CPU per 1,000 words ({min(spent):.1f} to "
          f"{max(spent):.1f}) in {len(calls)} calls of {count / len(calls):.0f} words")  # fmt: skip


def missed(verdicts: Sequence[Verdict]) -> list[str]:
    """A line per case that went wrong, with what was left or taken."""
    return [
        f"{v.case.section}\t{' '.join(text for o in v.outcomes for text in o.left)}\t"
        f"{' '.join(v.touched)}\t" + " | ".join(
            f"{side[0].upper()}: {' '.join(piece.text for piece in pieces)}"
            for side, pieces in v.case.turns
        )
        for v in verdicts
        if v.touched or not all(one.is_gone for one in v.outcomes)
    ]  # fmt: skip


def heard_table(heard: Sequence[Heard]) -> pd.DataFrame:
    """A row per kind: recall of secrets of which anything was recognised, and of whole ones."""
    rows = []
    for kind in KINDS:
        own = [one for each in heard for one in each.secrets if one.kind == kind]
        written, whole = [s for s in own if s.before], [s for s in own if s.whole]
        row = {"kind": kind, "spoken": len(own), "written": len(written)}
        if written:
            row |= share("recall", sum(not one.left for one in written), len(written))
        row["heard whole"] = len(whole)
        if whole:
            row["recall of whole"] = sum(not one.left for one in whole) / len(whole)
        rows.append(row)
    return pd.DataFrame(rows)


def report_heard(name: str, heard: Sequence[Heard]) -> None:
    """Print both tables, and how well the words were heard at all."""
    found = errors([pair for each in heard for pair in each.pairs])
    print(f"\n{name}: of {found.n} words {found.wrong / found.n:.0%} are heard wrong")
    print(heard_table(heard).round(3).to_string(index=False))
    plain = [(h.case.section, h.touched) for h in heard if h.case.is_harmless]
    print(harmless(plain).round(3).to_string(index=False), flush=True)


def bench(folder: Path) -> None:
    """Print the tables."""
    cases = list(labelled_set("scoring"))
    words = sum(len(one.words[side]) for one in cases for side in SIDES)
    print(f"{len(cases)} exchanges of the scoring family, {words} words")
    report("true words", judged(cases, ours))
    speed()
    folder.mkdir(parents=True, exist_ok=True)
    open_family = missed(judged(labelled_set("development"), ours))
    path = folder / "redaction-development.tsv"
    path.write_text("\n".join(open_family), encoding="utf-8")
    print(f"{len(open_family)} of the development family went wrong: {path}")
    samples = {"recognised": sample(SPOKEN), "recognised, known words": known_sample(SPOKEN)}
    for name, chosen in samples.items():
        report_heard(name, heard_cases(folder / name.replace(", ", "-"), chosen, ours))
    redact = presidio.redactor()
    if redact is None:
        print(f"\nno presidio beside it: {presidio.HOW}")
    else:
        report("presidio, true words", judged(cases, redact))
