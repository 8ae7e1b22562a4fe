"""Words where nobody speaks, and words lost where somebody speaks quietly.

    python -m tests.bench invention [FOLDER]

An hour of silence, line noise, hold music, ring tones and dialling, from file to words: each word
is an invented one. The demo's calls at a level like theirs and 20 dB below it: words that are lost.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from flows.demo.recording import RATE_HZ, write_wav
from pipeline.audio.decode import Recording, whole
from pipeline.speech.model import load
from tests.bench.spoken import SIDES, Spoken, bare, errors, short_calls
from tests.bench.words import OPTIONS, SEED, ours
from tests.truth.hold_traps import trap_sound
from tests.truth.music import HOLD_KINDS, hold_sound
from tests.truth.noise import coloured, noise
from tests.truth.voices import studio

MINUTES = 60
SPOKEN_KINDS = ("advert", "announced")
"""Hold with speech in it: their words are said."""

NOISE_DBFS = (-70, -60, -50, -40, -30)
QUIET_DB = -20.0
CALLS = 40

Sound = npt.NDArray[np.float32]


def sounds(rng: np.random.Generator) -> Iterator[tuple[str, Sound]]:
    """What stands on a line where nobody speaks, 8 kHz; the customer's side is noise alone."""
    seconds = 60.0
    n = round(seconds * RATE_HZ)
    yield "digital silence", np.zeros(n, np.float32)
    for level in NOISE_DBFS:
        yield f"white noise {level} dBFS", _at(coloured(rng, n, 0.0), level)
        yield f"pink noise {level} dBFS", _at(coloured(rng, n, 1.0), level)
        yield f"street {level} dBFS", _at(noise("street", rng, n), level)
    for kind in (kind for kind in HOLD_KINDS if kind not in SPOKEN_KINDS):
        yield f"hold: {kind}", hold_sound(kind, rng, seconds, scoring=True)
    with studio(scoring=True) as opened:
        for kind in ("dialled keys", "fax", "hum", "keyboard"):
            yield kind, trap_sound(kind, rng, seconds, studio=opened, voices=())


def _at(sound: Sound, dbfs: float) -> Sound:
    level = np.sqrt(np.mean(np.square(sound))) or 1.0
    return np.asarray(sound * np.float32(10 ** (dbfs / 20) / level), np.float32)


def nobody(folder: Path) -> Iterator[tuple[str, Spoken]]:
    """Recordings of what nobody says, until the hour is full."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    made = 0
    while made < MINUTES:
        for kind, sound in sounds(rng):
            path = folder / f"nobody-{made}.wav"
            hiss = _at(coloured(rng, len(sound), 0.0), -65.0)
            write_wav(path, np.clip(np.stack([sound + hiss, hiss[::-1]], axis=1), -1, 1))
            yield kind, Spoken(path, {side: [] for side in SIDES}, len(sound) / RATE_HZ)
            made += 1
            if made == MINUTES:
                return


def quieter(call: Spoken, db: float) -> Spoken:
    """The same recording at a lower level, coded again."""
    path = call.path.with_stem(f"{call.path.stem}-quiet")
    sound = whole(Recording((call.path,)), rate=RATE_HZ).samples * np.float32(10 ** (db / 20))
    write_wav(path, sound.T)
    return Spoken(path, call.words, call.seconds)


def bench(folder: Path) -> None:
    """Print both tables."""
    engine = ours(load(OPTIONS), OPTIONS)
    rows = []
    for kind, call in nobody(folder / "nobody"):
        (heard,) = engine([call])
        words = [bare(word.text) for side in SIDES for word in heard[side]]
        rows.append({"kind": kind, "minutes": call.seconds / 60, "words": len(words),
                     "which": " ".join(words[:8])})  # fmt: skip
    found = pd.DataFrame(rows)
    wrong = found[found["words"] > 0]
    print(f"{found['words'].sum()} words invented in {found['minutes'].sum():.0f} minutes")
    if len(wrong):
        print(wrong.to_string(index=False))
    calls = short_calls(folder / "spoken", CALLS, seed=SEED)
    lost = []
    for name, level in (("as they are", 0.0), ("20 dB quieter", QUIET_DB)):
        own = [quieter(call, level) for call in calls]
        pairs = [
            (call.words[side], one[side])
            for call, one in zip(own, engine(own), strict=True)
            for side in SIDES
        ]
        result = errors(pairs)
        lost.append({"level": name, "words": result.n, "lost %": 100 * result.lost / result.n,
                     "WER %": 100 * result.wrong / result.n})  # fmt: skip
    print(pd.DataFrame(lost).round(2).to_string(index=False))
