"""Who speaks: espeak-ng, a formant synthesiser, and people where their clips are at hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.signal import resample_poly

from models.speech.voices import Delivery, Speaker, speaker
from pipeline.audio.spectrum import HOP, RATE, Samples
from tests.truth.coding import decoded
from tests.truth.sentences import (
    BACKCHANNELS,
    SCORING_SENTENCES,
    TUNING_SENTENCES,
    Sentences,
)
from tests.truth.speech import runs, speech_mask, telephone_band
from tests.unit.audio.synthetic import speech_like

PEOPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "emotion_ravdess"
"""Acted clips, `03-01-EMOTION-INTENSITY-STATEMENT-REPETITION-ACTOR`; not part of the project."""

_CALM_EMOTIONS = ("01", "02", "03", "04")  # neutral, calm, happy, sad: nobody shouts
_NORMAL = "01"
_RMS = 0.1  # of a voice while it speaks, before the line gives it a level


@dataclass(frozen=True)
class Voice:
    """One speaker: `name` is espeak-ng's, the formant synthesiser's side, or an actor's number."""

    kind: Literal["espeak", "formant", "person"]
    name: str

    @property
    def language(self) -> str:
        """The language whose sentences it says."""
        return self.name[:2]


def _espeak(*names: str) -> tuple[Voice, ...]:
    return tuple(Voice("espeak", name) for name in names)


TUNING_VOICES = (
    *_espeak(
        "en-us+f3", "en-us+m1", "en-us+m5", "en-us+f5", "en-us+Andrea", "en-us+Michael",
        "en-us+linda", "en-us+ed", "en-us+klatt2", "en-029+m7", "en-029+anika", "en-us+belinda",
        "es+f1", "es+m3", "es-419+pablo", "es+Alicia", "it+m8", "it+f4", "it+antonio", "it+steph2",
    ),
    Voice("formant", "0"),
)  # fmt: skip
SCORING_VOICES = (
    *_espeak(
        "en-gb-x-rp+f2", "en-gb-x-rp+m2", "en-gb-scotland+m6", "en-gb-scotland+steph",
        "en-gb-x-gbclan+m4", "en-gb-x-gbclan+Annie", "en-gb-x-gbcwmd+max", "en-gb-x-rp+klatt4",
        "en-gb-x-rp+adam", "en-gb-x-gbcwmd+aunty", "de+m2", "de+f2", "de+boris", "de+steph3",
        "fr+m4", "fr+f2", "fr+michel", "fr+Annie", "pt+m6", "pt-br+f2", "pt+travis",
    ),
    Voice("formant", "1"),
)  # fmt: skip


def people() -> tuple[Voice, ...]:
    """The actors whose clips are at hand: none elsewhere. For scoring only."""
    actors = {path.stem[-2:] for path in PEOPLE.glob("03-01-*.flac")}
    return tuple(Voice("person", actor) for actor in sorted(actors))


@dataclass(frozen=True)
class Manner:
    """How one speaker speaks through a call; every sentence varies a little around it."""

    rate_wpm: int
    pitch: int
    pitch_range: int

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Manner":
        """From slow and flat to fast and lively."""
        return cls(
            int(rng.integers(135, 215)), int(rng.integers(25, 75)), int(rng.integers(20, 80))
        )


@dataclass(frozen=True)
class Studio:
    """Where voices are recorded, clean, at 8 kHz and with an RMS of about 0.1."""

    speaker: Speaker
    sentences: Sentences

    def sentence(self, voice: Voice, manner: Manner, rng: np.random.Generator) -> Samples:
        """One sentence; a person's clip for a person."""
        if voice.kind == "formant":
            return _levelled(speech_like(rng, int(voice.name)))
        if voice.kind == "person":
            clips = _clips(voice.name)
            return clips[int(rng.integers(len(clips)))]
        return self._said(_one(self.sentences[voice.language], rng), voice, manner, rng)

    def backchannel(self, voice: Voice, manner: Manner, rng: np.random.Generator) -> Samples:
        """An "mm-hm" of at most 0.9 s; of a person the first word of a clip."""
        if voice.kind == "formant":
            return _levelled(speech_like(rng, int(voice.name), float(rng.uniform(0.25, 0.8))))
        if voice.kind == "person":
            return _faded(self.sentence(voice, manner, rng)[: int(rng.uniform(0.3, 0.6) * RATE)])
        said = self._said(_one(BACKCHANNELS, rng), voice, manner, rng)
        return _faded(said[: int(0.9 * RATE)])

    def _said(self, text: str, voice: Voice, manner: Manner, rng: np.random.Generator) -> Samples:
        delivery = Delivery(
            voice.name,
            rate_wpm=round(manner.rate_wpm * float(rng.uniform(0.9, 1.1))),
            pitch=manner.pitch + int(rng.integers(-6, 7)),
            pitch_range=manner.pitch_range + int(rng.integers(-10, 11)),
        )
        sentence = self.speaker.say(text, delivery)
        assert sentence.rate_hz == 22_050, "8 kHz is 160/441 of it"
        return _levelled(resample_poly(sentence.samples, 160, 441).astype(np.float32))


@contextmanager
def studio(*, scoring: bool) -> Iterator[Studio]:
    """A studio with a freshly loaded espeak-ng: what it says depends on what it said before.

    The breath of some voices is noise that would begin with the time of day.
    """
    with speaker() as loaded:
        yield Studio(loaded, SCORING_SENTENCES if scoring else TUNING_SENTENCES)


def _one(texts: Sequence[str], rng: np.random.Generator) -> str:
    return texts[int(rng.integers(len(texts)))]


def _levelled(samples: Samples) -> Samples:
    rms = float(np.sqrt(np.mean(np.square(samples))))
    return samples * np.float32(_RMS / max(rms, 1e-6))


def _faded(samples: Samples) -> Samples:
    edge = min(RATE // 50, samples.size // 2)
    ramp = np.ones(samples.size, np.float32)
    ramp[:edge] = np.linspace(0, 1, edge)
    ramp[samples.size - edge :] = ramp[:edge][::-1]
    return samples * ramp


@cache
def _clips(actor: str) -> tuple[Samples, ...]:
    """The actor's calm clips cut to the speech, as loud beside one another as they were spoken."""
    paths = [
        path
        for path in sorted(PEOPLE.glob(f"03-01-*-{actor}.flac"))
        if path.stem.split("-")[2] in _CALM_EMOTIONS and path.stem.split("-")[3] == _NORMAL
    ]
    clips = [_cut(decoded(path.read_bytes())[0]) for path in paths]
    rms = float(np.sqrt(np.mean(np.square(np.concatenate(clips)))))
    return tuple(clip * np.float32(_RMS / rms) for clip in clips)


def _cut(samples: Samples) -> Samples:
    spoken = runs(speech_mask(telephone_band(samples)))
    margin = RATE // 50
    start, end = max(spoken[0][0] * HOP - margin, 0), spoken[-1][1] * HOP + margin
    return _faded(samples[start:end])
