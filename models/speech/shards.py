"""Shards: examples on disk, each file made from its own seed, so that any one can be made again.

`0007.json` tells what is in `0007.mel.npy` and `0007.labels.npy`, and is written last: a shard
without it is not there. Frames are mapped into memory, so that several processes share them.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.speech.cast import MAIN_VOICES, SCORING_VOICES, training_voice
from models.speech.examples import Language, Utterance, utterances
from models.speech.sounds import draw_sounds
from models.speech.variants import make_voices
from models.speech.voices import SpokenWord, speaker

Random = np.random.Generator

SHARD_SIZE = 2000
"""Utterances: about 1.7 hours, 100 MB, 15 s of one core."""

SCORING_SIZE = 120
SCORING_KINDS = ("main", "unheard")
"""Scoring sentences by the main voices, and by voices kept from training."""

_TRAINING_SEED, _SCORING_SEED = 41, 43


def make_shard(work: Path, number: int, language: Language) -> Path:
    """Training shard `number` in `work`; one that is there is kept."""
    rng = np.random.default_rng((_TRAINING_SEED, number))
    voices = iter(lambda: training_voice(rng), None)
    with speaker(make_voices(work)) as loaded:
        endless = utterances(rng, loaded, language, voices)
        return _kept(work / f"{number:04d}.json", islice(endless, SHARD_SIZE))


def make_scoring_shard(work: Path, kind: str, language: Language) -> Path:
    """Unseen sentences, by the voices of a kind in turn."""
    assert kind in SCORING_KINDS, f"no voices of the kind {kind!r}"
    rng = np.random.default_rng((_SCORING_SEED, SCORING_KINDS.index(kind)))
    several = MAIN_VOICES if kind == "main" else SCORING_VOICES
    voices = iter(lambda: str(rng.choice(several)), None)
    with speaker() as loaded:
        endless = utterances(rng, loaded, language, voices, scoring=True)
        return _kept(work / f"scoring-{kind}.json", islice(endless, SCORING_SIZE))


def make_sounds(work: Path) -> Path:
    """Sounds that are no speech, all in one file: (stretches, frames, 80)."""
    path = work / "sounds.npy"
    if not path.is_file():
        coming = work / "sounds.coming.npy"
        np.save(coming, np.stack(draw_sounds()))
        coming.rename(path)
    return path


def read_sounds(work: Path) -> Sequence[NDArray[np.float16]]:
    """What `make_sounds` wrote."""
    return list(np.load(work / "sounds.npy", mmap_mode="r"))


def training_shards(work: Path) -> list[Path]:
    """The training shards that are complete, in order."""
    return sorted(work.glob("[0-9]*.json"))


def read_shard(path: Path) -> list[Utterance]:
    """The utterances of a shard, given its `.json`."""
    mel = np.load(path.with_suffix(".mel.npy"), mmap_mode="r")
    labels = np.load(path.with_suffix(".labels.npy"), mmap_mode="r")
    found, at = [], 0
    for voice, talk, frames, words in json.loads(path.read_text(encoding="utf-8")):
        spoken = tuple(SpokenWord(*word) for word in words)
        until = at + frames
        found.append(Utterance(voice, talk, spoken, mel[at:until], labels[at // 2 : until // 2]))
        at = until
    return found


def _kept(path: Path, coming: Iterator[Utterance]) -> Path:
    """What is there is kept; the utterances are only spoken where it is not."""
    if not path.is_file():
        _write(path, list(coming))
    return path


def _write(path: Path, several: Sequence[Utterance]) -> None:
    np.save(path.with_suffix(".mel.npy"), np.concatenate([one.mel for one in several]))
    np.save(path.with_suffix(".labels.npy"), np.concatenate([one.labels for one in several]))
    told = [
        (one.voice, one.talk, len(one.mel), [_row(word) for word in one.words]) for one in several
    ]
    coming = path.with_suffix(".coming")
    coming.write_text(json.dumps(told), encoding="utf-8")
    coming.rename(path)


def _row(word: SpokenWord) -> tuple[str, float, float]:
    return word.text, round(word.start_s, 4), round(word.end_s, 4)
