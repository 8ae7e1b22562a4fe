"""Invented voices: variants of espeak-ng drawn at random, so that a voice never heard is no wonder.

A variant is a small text file that moves the formants, the pitch and the manner of a voice.
"""

import shutil
from pathlib import Path

import numpy as np

from models.speech.voices import data_folder

Random = np.random.Generator

COUNT = 200
_SEED = 20
_BANDS_MOVED = (1, 2, 3, 4, 5)


def invented_names() -> tuple[str, ...]:
    """The names of the invented variants."""
    return tuple(f"invented{number:03d}" for number in range(COUNT))


def make_voices(folder: Path) -> Path:
    """A copy of espeak-ng's data for English with the invented variants; what is there is kept.

    The other languages stay behind: espeak-ng counts at most 349 voices, languages included.
    """
    made = folder / "espeak-ng-data"
    if not made.is_dir():
        coming = folder / "espeak-ng-data.coming"
        shutil.rmtree(coming, ignore_errors=True)
        shutil.copytree(data_folder(), coming, ignore=_other_languages)
        for number, name in enumerate(invented_names()):
            text = variant(np.random.default_rng((_SEED, number)), name)
            (coming / "voices" / "!v" / name).write_text(text, encoding="utf-8")
        coming.rename(made)
    return made


def _other_languages(folder: str, names: list[str]) -> list[str]:
    if Path(folder).name == "lang":
        return [name for name in names if name != "gmw"]
    return [name for name in names if name.endswith("_dict") and name != "en_dict"]


def variant(rng: Random, name: str) -> str:
    """The file of one invented variant, within what the variants that come with espeak-ng do.

    Formants move together by the length of the speaker's throat (percent: men 92, women 112) and
    each a little on its own; strength and width of each are percent too.
    """
    female = rng.random() < 0.5
    length = rng.normal(112 if female else 97, 6)
    base = rng.normal(175 if female else 95, 22)
    lines = [
        "language variant",
        f"name {name}",
        f"gender {'female' if female else 'male'}",
        f"pitch {base:.0f} {base * rng.uniform(1.25, 1.75):.0f}",
        _formant(0, rng.normal(100, 4), rng.normal(95, 12), rng.normal(120, 22)),
    ]
    for band in range(1, 9):
        moved = rng.normal(0, 4.5) if band in _BANDS_MOVED else 0.0
        lines.append(_formant(band, length + moved, rng.normal(88, 20), rng.normal(112, 28)))
    return "\n".join([*lines, *_manner(rng)]) + "\n"


def _formant(band: int, frequency: float, strength: float, width: float) -> str:
    low, high = np.clip((frequency, strength), 40, 180)
    return f"formant {band} {low:.0f} {high:.0f} {np.clip(width, 50, 200):.0f}"


def _manner(rng: Random) -> list[str]:
    """Some of: a rough or trembling voice, breath, an echo, strong consonants, a muffled tone."""
    options = [
        f"flutter {rng.integers(0, 8)}",
        f"roughness {rng.integers(0, 5)}",
        f"voicing {rng.integers(70, 160)}",
        f"consonants {rng.integers(60, 150)} {rng.integers(70, 150)}",
        "breath 0 " + " ".join(str(rng.integers(0, 5)) for _ in range(7)),
        f"echo {rng.integers(80, 150)} {rng.integers(2, 14)}",
        f"tone 100 255 600 {rng.integers(60, 160)} 1200 {rng.integers(20, 120)} "
        f"2000 {rng.integers(40, 110)} 3000 {rng.integers(10, 80)}",
        "stressAdd " + " ".join(str(rng.integers(-20, 21)) for _ in range(8)),
        f"intonation {rng.integers(1, 5)}",
        f"klatt {rng.choice((2, 3, 4))}",
    ]
    shares = (0.5, 0.3, 0.5, 0.4, 0.3, 0.25, 0.3, 0.4, 0.4, 0.12)
    return [line for line, share in zip(options, shares, strict=True) if rng.random() < share]
