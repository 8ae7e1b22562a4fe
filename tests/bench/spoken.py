"""Recordings of the demo's kind with every word's times, and what a recogniser made of them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
import numpy.typing as npt

from flows.demo.centre import CentreOptions, plan
from flows.demo.recording import RATE_HZ, write_wav
from flows.demo.studio import Job, speak_call
from pipeline.audio.decode import Recording, whole

FloatArray = npt.NDArray[np.float64]

SIDES = ("agent", "customer")
PLANNED = 400
PAUSE_S = 1.5
"""Between the short calls that make a long one."""


@dataclass(frozen=True)
class Said:
    """A word with its times; `first` and `last` of its sentence, where that is known."""

    text: str
    start_s: float
    end_s: float
    first: bool = False
    last: bool = False


@dataclass(frozen=True)
class Spoken:
    """A recording and what each side says in it."""

    path: Path
    words: dict[str, list[Said]]
    seconds: float


def bare(text: str) -> str:
    """A word without case and marks; empty where nothing is left."""
    return re.sub(r"[^a-z']", "", text.lower())


def short_calls(folder: Path, count: int, *, seed: int) -> list[Spoken]:
    """The first `count` calls of a centre, spoken once per folder."""
    folder.mkdir(parents=True, exist_ok=True)
    calls, _ = plan(CentreOptions(seed=seed, calls=max(PLANNED, count)))
    return [_spoken(folder, Job(number, calls[number]), seed) for number in range(count)]


def _spoken(folder: Path, job: Job, seed: int) -> Spoken:
    path = folder / f"{seed}-{job.number}.wav"
    truth = path.with_suffix(".json")
    if not truth.exists():
        timeline = speak_call(job, path, seed=seed)
        words = {
            side: [
                (word.text, word.start_s, word.end_s, i == 0, i == len(one.words) - 1)
                for one in timeline.utterances
                if one.line.side == side
                for i, word in enumerate(one.words)
            ]
            for side in SIDES
        }
        truth.write_text(json.dumps([timeline.duration_s, words]), encoding="utf-8")
    seconds, words = json.loads(truth.read_text(encoding="utf-8"))
    return Spoken(path, {side: [Said(*word) for word in words[side]] for side in SIDES}, seconds)


def long_calls(folder: Path, shorts: Sequence[Spoken], count: int, each: int) -> list[Spoken]:
    """`count` long calls, each of `each` short ones end to end."""
    return [
        _joined(folder / f"long-{number}.wav", shorts[number * each : (number + 1) * each])
        for number in range(count)
    ]


def _joined(path: Path, parts: Sequence[Spoken]) -> Spoken:
    words: dict[str, list[Said]] = {side: [] for side in SIDES}
    sounds = []
    at_s = 0.0
    for part in parts:
        sound = whole(Recording((part.path,)), rate=RATE_HZ).samples
        sound = np.pad(sound, ((0, 0), (0, round(PAUSE_S * RATE_HZ))))
        for side in SIDES:
            words[side] += [
                Said(w.text, w.start_s + at_s, w.end_s + at_s, w.first, w.last)
                for w in part.words[side]
            ]
        sounds.append(sound)
        at_s += sound.shape[1] / RATE_HZ
    # Anew each time: a file of an earlier run may be of other calls.
    write_wav(path, np.concatenate(sounds, axis=1).T)
    return Spoken(path, words, at_s)


@dataclass(frozen=True)
class Errors:
    """Of `n` words the wrong and the lost, and seconds by which right ones' times are off."""

    n: int
    wrong: int
    lost: int
    starts: FloatArray
    ends: FloatArray

    def row(self) -> dict[str, float]:
        """Word error rate in %, and times in ms: median and 90th percentile."""
        times = {
            f"{name} {label} ms": 1000 * float(np.quantile(np.abs(off), share))
            for name, off in (("start", self.starts), ("end", self.ends))
            for label, share in (("median", 0.5), ("p90", 0.9))
        }
        return {"words": self.n, "WER %": 100 * self.wrong / self.n, **times}


Pair = tuple[Sequence[Said], Sequence[Said]]


def errors(pairs: Sequence[Pair]) -> Errors:
    """Over pairs of what was said and what was recognised, each one side of one call."""
    kept = [tuple([w for w in words if bare(w.text)] for words in pair) for pair in pairs]
    texts = [tuple(" ".join(bare(w.text) for w in words) for words in pair) for pair in kept]
    output = jiwer.process_words([said for said, _ in texts], [heard for _, heard in texts])
    starts: list[float] = []
    ends: list[float] = []
    for (said, heard), chunks in zip(kept, output.alignments, strict=True):
        for chunk in chunks:
            if chunk.type == "equal":
                right = range(chunk.ref_end_idx - chunk.ref_start_idx)
                both = [
                    (said[chunk.ref_start_idx + i], heard[chunk.hyp_start_idx + i]) for i in right
                ]
                starts += [found.start_s - true.start_s for true, found in both]
                ends += [found.end_s - true.end_s for true, found in both]
    wrong = output.substitutions + output.deletions + output.insertions
    n = output.hits + output.substitutions + output.deletions
    return Errors(n, wrong, output.deletions, np.array(starts), np.array(ends))
