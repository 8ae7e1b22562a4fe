"""Twenty moments of every kind, cut out of the recordings and held against the truth.

    python -m tests.bench moments [FOLDER]

Those of sound from made calls at all six signal-to-noise ratios, those of words from the demo's
recordings. Prints how many are right and every one that is not, with the reason. The cuts stay in
the folder, to be listened to.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from flows.demo import CentreOptions
from pipeline.audio.decode import Recording, Samples, cut
from pipeline.behaviours.measurement import measure_call
from pipeline.behaviours.register import Moment
from tests.bench import moments_of_sound, moments_of_words
from tests.bench.behaviours import behaviours
from tests.bench.centre import centre
from tests.bench.made_calls import Pair, pairs, specs
from tests.bench.moments_of_words import MISHEARD, UNPLANTED
from tests.truth.coding import CODINGS, encoded
from tests.unit.audio.recordings import encode

EACH, SEED = 20, 6
RATE = 8000
CUT_SLACK_S = 0.05

VERDICTS = {"right": None, "misheard": MISHEARD, "not planted": UNPLANTED, "wrong": None}
"""How a reason begins that is no mistake of ours."""


@dataclass(frozen=True, eq=False)
class Taken:
    """A moment with its call's name and recording; `judge` says what is wrong with the cut."""

    call: str
    moment: Moment
    recording: Path
    judge: Callable[[Samples], str | None]


def chosen(taken: Iterable[Taken], rng: np.random.Generator) -> dict[str, tuple[int, list[Taken]]]:
    """At most twenty of each kind, and how many there are. One moment of two behaviours is one."""
    kinds: dict[str, dict[tuple[str, Moment], Taken]] = {}
    for one in taken:
        kinds.setdefault(one.moment.kind, {})[(one.call, one.moment)] = one
    drawn = {}
    for kind, own in sorted(kinds.items()):
        several = list(own.values())
        places = rng.choice(len(several), min(EACH, len(several)), replace=False)
        drawn[kind] = (len(several), [several[place] for place in sorted(places)])
    return drawn


def cut_out(taken: Taken) -> Samples:
    """(2, n): both channels of the moment's stretch, from the recording."""
    span = (taken.moment.start_s, taken.moment.end_s)
    cuts = {one.channel: one.samples for one in cut(Recording((taken.recording,)), [[span]] * 2,
                                                    rate=RATE)}  # fmt: skip
    return np.stack([cuts[0], cuts[1]])


def why_not(taken: Taken, folder: Path, name: str) -> str | None:
    """Cut it out, keep the cut, and say what is wrong with it."""
    sound = cut_out(taken)
    encode(folder / f"{name}.wav", "pcm_s16le", sound, RATE)
    length_s = taken.moment.end_s - taken.moment.start_s
    if abs(sound.shape[1] / RATE - length_s) > CUT_SLACK_S:
        return f"the cut has {sound.shape[1] / RATE:.2f} s, the moment {length_s:.2f}"
    return taken.judge(sound)


def judged(taken: Iterable[Taken], folder: Path) -> None:
    """Print how many of each kind are right, then every one that is not."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows, wrong = [], []
    for kind, (there, drawn) in chosen(taken, np.random.default_rng(SEED)).items():
        reasons = [why_not(one, folder, f"{kind.replace(' ', '_')}-{number:02d}")
                   for number, one in enumerate(drawn, 1)]  # fmt: skip
        rows.append({"kind": kind, "there are": there, "cut out": len(drawn),
                     **Counter(map(verdict, reasons))})  # fmt: skip
        wrong += [_line(one, why) for one, why in zip(drawn, reasons, strict=True) if why]
    table = pd.DataFrame(rows).set_index("kind").fillna(0).astype(int)
    print(table.reindex(columns=["there are", "cut out", *VERDICTS], fill_value=0).to_string())
    print("\n".join(wrong))


def verdict(why: str | None) -> str:
    """In which column of the table a reason is counted."""
    if why is None:
        return "right"
    return next((name for name, begins in VERDICTS.items() if begins and why.startswith(begins)),
                "wrong")  # fmt: skip


def _line(taken: Taken, why: str) -> str:
    moment = taken.moment
    quote = f" {moment.quote[:60]!r}" if moment.quote else ""
    return (f"  {moment.kind} ({moment.side}), {taken.call}, {moment.start_s:.2f}-"
            f"{moment.end_s:.2f}{quote}: {why}")  # fmt: skip


def of_sound(folder: Path) -> list[Taken]:
    """The moments of timing and talking in the made calls."""
    taken = []
    for spec in specs():
        for _, pair in pairs(folder, spec, ["pcm"]):
            path = folder / f"{spec.seed}.wav"
            path.write_bytes(encoded(pair.made.samples, CODINGS["pcm"]))
            taken += _of_pair(pair, path, f"{spec.seed} ({spec.lines[0].snr_db:g} dB)")
    return taken


def _of_pair(pair: Pair, path: Path, name: str) -> list[Taken]:
    found = measure_call(pair.heard).moments
    moments = [moment for b in behaviours() for moment in found.get(b.name, ())]

    def judge(moment: Moment) -> Callable[[Samples], str | None]:
        return lambda _: moments_of_sound.why_not(moment, pair.true)

    return [Taken(name, moment, path, judge(moment)) for moment in moments]


def of_words(spoken: Sequence[moments_of_words.Spoken]) -> list[Taken]:
    """The moments with a quote in the demo's recordings, but those of `of_sound`."""

    def judge(one: moments_of_words.Spoken, moment: Moment) -> Callable[[Samples], str | None]:
        return lambda sound: moments_of_words.why_not(one, moment, sound)

    return [
        Taken(one.call.call_id, moment, one.recording, judge(one, moment))
        for one in spoken
        for moment in moments_of_words.quoted(one.call)
    ]


def bench(folder: Path) -> None:
    """Print both tables."""
    print(f"moments of sound, made calls of all SNR, {EACH} of each kind")
    judged(of_sound(folder / "behaviours"), folder / "moments" / "sound")
    print(f"\nmoments of words, the demo's recordings, {EACH} of each kind")
    run = centre(folder / "demo-1", CentreOptions())
    judged(of_words(moments_of_words.spoken(run)), folder / "moments" / "words")
