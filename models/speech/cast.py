"""Who speaks in training, and who is kept for scoring: fixed before the first training.

A voice is espeak-ng's name: an accent, or an accent and a variant, `en-us+f1`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.speech.variants import invented_names

Random = np.random.Generator

_HERE = Path(__file__).parent

MAIN_VOICES = tuple((_HERE / "main_voices.txt").read_text(encoding="utf-8").split())
"""Voices with half of the training's data: those of the demo."""

VARIANTS = tuple((_HERE / "variants.txt").read_text(encoding="utf-8").split())
"""espeak-ng's own variants that training uses, with any accent: a quarter of its data."""

SCORING_VARIANTS = tuple((_HERE / "scoring_variants.txt").read_text(encoding="utf-8").split())
"""Variants that no training, nor its starting point, ever heard, with any accent."""

SCORING_VOICES = tuple(
    f"{accent}+{variant}"
    for variant in SCORING_VARIANTS
    for accent in ("en-us", "en", "en-gb-x-rp")
)

KEPT_VOICES = frozenset(
    ("en-gb-x-rp+m2", "en-gb-scotland+m6", "en-gb-scotland+steph", "en-gb-x-gbclan+m4",
     "en-gb-x-gbcwmd+max", "en-gb-x-rp+klatt4", "en-gb-x-rp+adam", "en-gb-x-gbcwmd+aunty")
)  # fmt: skip
"""Further voices that the project's own scoring uses elsewhere, and that are not trained on."""

_ACCENTS = {
    "en-us": 0.38, "en": 0.22, "en-gb-x-rp": 0.16, "en-us-nyc": 0.06, "en-gb-scotland": 0.05,
    "en-029": 0.04, "en-gb-x-gbclan": 0.05, "en-gb-x-gbcwmd": 0.04,
}  # fmt: skip

_MAIN_SHARE = 0.5
_INVENTED_SHARE = 0.25


def training_voice(rng: Random) -> str:
    """A voice to train on: half of the time a main one, a quarter an invented one.

    Invented ones are only in the data that `variants.make_voices` makes.
    """
    drawn = rng.random()
    if drawn < _MAIN_SHARE:
        return _one(rng, MAIN_VOICES)
    variants = invented_names() if drawn < _MAIN_SHARE + _INVENTED_SHARE else ("", *VARIANTS)
    while True:
        voice = f"{_accent(rng)}+{_one(rng, variants)}".rstrip("+")
        if is_for_training(voice):
            return voice


def is_for_training(voice: str) -> bool:
    """False for what is kept for scoring."""
    return voice.partition("+")[2] not in SCORING_VARIANTS and voice not in KEPT_VOICES


def _accent(rng: Random) -> str:
    return _one(rng, tuple(_ACCENTS), tuple(_ACCENTS.values()))


def _one(rng: Random, several: Sequence[str], shares: Sequence[float] | None = None) -> str:
    return several[int(rng.choice(len(several), p=shares))]
