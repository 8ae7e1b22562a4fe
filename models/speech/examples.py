"""Examples to learn from: sentences of the language, spoken, with the times of words and sounds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from models.speech.spectrum import log_power
from models.speech.voices import Delivery, Phoneme, Sentence, Speaker, SpokenWord

Random = np.random.Generator
Labels = NDArray[np.uint8]

PHONEMES = tuple((Path(__file__).parent / "phonemes.txt").read_text(encoding="utf-8").split())
"""espeak-ng's names of English sounds, without marks of stress; the first stands for silence."""

SILENCE = 0
UNNAMED = 255
"""The label of a sound that is not in the list: nothing is learnt there."""

LABEL_S = 0.02
TALK_LENGTH = 6
"""Sentences by one voice in one manner, one after another, so that a window can hold several."""

_LONGEST_S = 13.5
_SALAD_SHARE = 0.3
_MORE_SHARE = 0.35
_LONGEST_WORDS = 26


class Language(Protocol):
    """Where texts come from: `models.speech.language`, or a stand-in of a test."""

    def sentence(self, rng: Random, *, scoring: bool = False) -> str:
        """A sentence; the templates for scoring and for training have none in common."""

    def words(self, rng: Random, count: int) -> str:
        """Words that make no sense together."""


@dataclass(frozen=True, eq=False)
class Utterance:
    """Something said in one breath, cut to the speech.

    `mel` is log10 power (frames, 80), float16; `labels` are phonemes each 20 ms, half as many.
    `talk` numbers the talks of a shard: same number, same voice and manner.
    """

    voice: str
    talk: int
    words: tuple[SpokenWord, ...]
    mel: NDArray[np.float16]
    labels: Labels

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.mel) / 100


def utterances(
    rng: Random,
    speaker: Speaker,
    language: Language,
    voices: Iterator[str],
    *,
    scoring: bool = False,
) -> Iterator[Utterance]:
    """Without end: talks of `TALK_LENGTH` utterances, each by the next of `voices`."""
    for talk, voice in enumerate(voices):
        manner = _manner(rng, voice)
        for _ in range(TALK_LENGTH):
            spoken = speaker.say(_text(rng, language, scoring=scoring), manner)
            if len(spoken.samples) <= _LONGEST_S * spoken.rate_hz:
                yield heard(spoken, voice=voice, talk=talk)


def heard(sentence: Sentence, *, voice: str, talk: int) -> Utterance:
    """A spoken sentence as the network's features and labels."""
    samples = resample_poly(sentence.samples, 320, 441).astype(np.float32)
    mel = log_power(samples)
    labels = phoneme_labels(sentence.phonemes, len(mel) // 2)
    return Utterance(voice, talk, sentence.words, mel.astype(np.float16), labels)


def phoneme_labels(phonemes: Sequence[Phoneme], count: int) -> Labels:
    """The number of the sound at each 20 ms, of `count` of them."""
    labels = np.full(count, SILENCE, np.uint8)
    for one in phonemes:
        start, end = round(one.start_s / LABEL_S), round(one.end_s / LABEL_S)
        labels[max(start, 0) : max(end, 0)] = SILENCE if one.is_pause else _number(one.name)
    return labels


def _number(name: str) -> int:
    return _numbers().get(name.lstrip("',=%"), UNNAMED)


@cache
def _numbers() -> dict[str, int]:
    return {name: number for number, name in enumerate(PHONEMES)}


def _manner(rng: Random, voice: str) -> Delivery:
    """Mostly as people speak on the telephone, sometimes much slower or faster."""
    usual = rng.random() < 0.88
    rate = rng.normal(168, 17) if usual else rng.uniform(120, 218)
    return Delivery(
        voice,
        rate_wpm=round(float(np.clip(rate, 110, 225))),
        pitch=round(float(np.clip(rng.normal(50, 14), 12, 90))),
        pitch_range=round(float(rng.uniform(20, 80))),
        word_gap=int(rng.choice((0, 0, 0, 0, 1, 2, 4))),
    )


def _text(rng: Random, language: Language, *, scoring: bool) -> str:
    """A sentence, or a few in one breath, or (in training) words without sense.

    Without the last, the decoder learns the sentences by heart and invents them.
    """
    if scoring:
        return language.sentence(rng, scoring=True)
    text = _part(rng, language)
    while rng.random() < _MORE_SHARE and len(text.split()) < _LONGEST_WORDS / 2:
        text = f"{text} {_part(rng, language)}"
    return text


def _part(rng: Random, language: Language) -> str:
    if rng.random() < _SALAD_SHARE:
        return language.words(rng, int(rng.integers(2, 10)))
    return language.sentence(rng)
