"""What the recogniser makes of a batch of windows: tokens, how sure, and raw word times.

faster-whisper's parts, called as its own `transcribe` does, but for three things: windows of many
calls share a batch; a window is padded by its own length only, so that no call's words depend on
its neighbours; and words keep the alignment's times, for voice activity corrects them better than
the recogniser's rules of thumb, which carry times from one window to the next.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from pipeline.speech.model import SpeechModel, SpeechOptions
from pipeline.speech.windows import Samples

FRAMES_PER_S = 100
GRID = FRAMES_PER_S
"""Fitted windows are padded to whole seconds: ten lengths fill batches, for 4 % more frames."""

SHORTEST_FRAMES = 10
"""A window of less than 0.1 s is not decoded: nobody says a word in it, and aligning one fails."""

TOKENS_PER_S = 32
TOKENS_AT_LEAST = 24
"""A window's most tokens: fast English has 9 a second, a script of three bytes a letter up to 30. A
recogniser that writes more in a short window has lost its way, at the cost of the whole batch."""

SECOND_TRY = {"beam_size": 5, "no_repeat_ngram_size": 4}
"""For windows where it repeated itself: no four tokens twice. Random sampling, which others fall
back to, gives other words on every run."""

COMPRESSION_ABOVE = 2.4
"""Text that zlib shrinks by more repeats itself (Whisper's own limit, section 4.5 of its paper)."""

UNSPACED = frozenset(("zh", "ja", "th", "lo", "my", "yue"))
"""Languages written without spaces, of which every character is a word here."""

OUT_OF_MEMORY = ("out of memory", "failed to allocate", "bad_alloc", "alloc_failed")
"""What CUDA, MKL, C++ and cuBLAS say then."""

PROBABILITY_DIGITS = 4
"""Beyond the sixth they depend on which windows share a batch."""

Features = npt.NDArray[np.float32]


@dataclass(frozen=True)
class RawWord:
    """A word with its times in the window and its probability; punctuation hangs on its end."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True)
class Hypothesis:
    """What was made of one window. `looped`: it repeats itself or never ends."""

    words: tuple[RawWord, ...]
    log_probability: float
    no_speech: float
    looped: bool = False


NOTHING = Hypothesis((), 0.0, 1.0)


@dataclass(frozen=True)
class _Batch:
    """Windows of one padded length, by their places, and how they are decoded."""

    places: tuple[int, ...]
    frames: int
    arguments: dict[str, Any] = field(default_factory=dict)

    def halves(self) -> tuple["_Batch", "_Batch"]:
        middle = len(self.places) // 2
        return (
            replace(self, places=self.places[:middle]),
            replace(self, places=self.places[middle:]),
        )


class Decoder:
    """A model with a language and options; create one per language, decode many windows."""

    def __init__(self, model: SpeechModel, options: SpeechOptions, language: str) -> None:
        self._whisper = model.whisper
        self._options = options
        self._tokenizer = Tokenizer(
            self._whisper.hf_tokenizer,
            self._whisper.model.is_multilingual,
            task="transcribe",
            language=language,
        )
        self._prompt: list[int] = self._whisper.get_prompt(
            self._tokenizer, self._vocabulary(), without_timestamps=True
        )
        self._suppressed = get_suppressed_tokens(self._tokenizer, [-1])

    def _vocabulary(self) -> list[int]:
        """Hot words, then the prompt: at most a quarter of the model's memory each, so that they
        leave room for what is said."""
        room = self._whisper.max_length // 4
        words, prompt = (
            self._tokenizer.encode(" " + text.strip()) if text else []
            for text in (self._options.hotwords, self._options.initial_prompt)
        )
        return [*words[:room], *prompt[:room]]

    def decode(self, sounds: Sequence[Samples]) -> list[Hypothesis]:
        """The hypothesis of each sound (16 kHz, −1…1, at most a window long), in their order."""
        features = [features_of(self._whisper, sound) for sound in sounds]
        found = dict.fromkeys(range(len(sounds)), NOTHING)
        heard = [place for place in found if features[place].shape[1] >= SHORTEST_FRAMES]
        for batch in self._batches(features, heard):
            found |= self._batch(batch, features)
        looped = [place for place in sorted(found) if found[place].looped]
        for batch in self._batches(features, looped, SECOND_TRY):
            found |= self._batch(batch, features)
        return [found[place] for place in range(len(sounds))]

    def _batches(
        self,
        features: Sequence[Features],
        places: Sequence[int],
        arguments: dict[str, Any] | None = None,
    ) -> Iterator[_Batch]:
        """Shortest first; each holds windows of one padded length."""
        by_length: dict[int, list[int]] = {}
        for place in places:
            by_length.setdefault(self._padded(features[place].shape[1]), []).append(place)
        size = self._options.batch_windows
        for frames, own in sorted(by_length.items()):
            for start in range(0, len(own), size):
                yield _Batch(tuple(own[start : start + size]), frames, arguments or {})

    def _padded(self, frames: int) -> int:
        most: int = self._whisper.feature_extractor.nb_max_frames
        return min(-(-frames // GRID) * GRID, most) if self._options.fitted_windows else most

    def _batch(self, batch: _Batch, features: Sequence[Features]) -> dict[int, Hypothesis]:
        """Decode it; where memory does not suffice, its halves."""
        try:
            return self._decoded(batch, [features[place] for place in batch.places])
        except (RuntimeError, MemoryError) as error:
            if len(batch.places) == 1 or not _is_memory(error):
                raise
        one, other = batch.halves()
        return self._batch(one, features) | self._batch(other, features)

    def _decoded(self, batch: _Batch, features: Sequence[Features]) -> dict[int, Hypothesis]:
        whisper, options = self._whisper, self._options
        states = encoded(whisper, [padded(one, batch.frames) for one in features])
        limit = self._limit(batch.frames)
        results = whisper.model.generate(
            states,
            [self._prompt] * len(features),
            max_length=limit,
            suppress_blank=True,
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
            **{"beam_size": options.beam_size, **batch.arguments},
        )
        tokens = [self._text_tokens(result.sequences_ids[0]) for result in results]
        lengths = [min(one.shape[1], batch.frames) for one in features]
        aligned = whisper.find_alignment(self._tokenizer, tokens, states, lengths)
        heard = [
            Hypothesis(
                words=_words(words, spaced=self._tokenizer.language_code not in UNSPACED),
                log_probability=_mean_log_probability(result),
                no_speech=result.no_speech_prob,
                looped=len(own) >= self._most(limit) or _repeats(self._tokenizer.decode(own)),
            )
            for result, own, words in zip(results, tokens, aligned, strict=True)
        ]
        return dict(zip(batch.places, heard, strict=True))

    def _limit(self, frames: int) -> int:
        """The `max_length` that gives a window of `frames` its most tokens."""
        most = TOKENS_AT_LEAST + TOKENS_PER_S * frames // FRAMES_PER_S
        limit: int = min(max(2 * most, most + len(self._prompt)), self._whisper.max_length)
        return limit

    def _most(self, limit: int) -> int:
        """Tokens that CTranslate2 writes at most: half of that, or what the prompt leaves."""
        return min(limit // 2, limit - len(self._prompt))

    def _text_tokens(self, tokens: Sequence[int]) -> list[int]:
        return [token for token in tokens if token < self._tokenizer.eot]


def features_of(whisper: WhisperModel, sound: Samples) -> Features:
    """Log-mel features of a sound, (bands, 10-ms frames), as faster-whisper's batches have them."""
    made: Features = whisper.feature_extractor(sound)[..., :-1]
    return made[:, : whisper.feature_extractor.nb_max_frames]


def _mean_log_probability(result: Any) -> float:  # noqa: ANN401 - CTranslate2 has no types
    """Per token, the end of text counted, as Whisper has it."""
    count = len(result.sequences_ids[0])
    return float(result.scores[0]) * count / (count + 1)


def encoded(whisper: WhisperModel, features: Sequence[Features]) -> StorageView:
    """The encoder's states for windows of one length.

    On a processor each window by itself: batches only leave its cache (8 windows of whisper-small
    29 s, one by one 24 s). Decoding is what gains from batches (12 s instead of 25 s).
    """
    if whisper.model.device != "cpu":
        return whisper.encode(np.stack(features))
    one_by_one = [np.asarray(whisper.encode(one[np.newaxis])) for one in features]
    return StorageView.from_array(np.concatenate(one_by_one))


def padded(features: Features, frames: int) -> Features:
    """Features with zeros up to `frames`, as faster-whisper pads them."""
    return np.pad(features, ((0, 0), (0, frames - features.shape[1])))


def _repeats(text: str) -> bool:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) > COMPRESSION_ABOVE if data else False


def _words(aligned: Sequence[dict[str, Any]], *, spaced: bool) -> tuple[RawWord, ...]:
    """Words; what has no letter or digit hangs on the one before, or on the one after at first.

    Where words are `spaced`, so does what has no space before it ("well" "-" "known").
    """
    words: list[RawWord] = []
    lead = ""
    for one in aligned:
        text, sounds = one["word"].strip(), any(map(str.isalnum, one["word"]))
        if words and not sounds:
            words[-1] = replace(words[-1], text=words[-1].text + text)
        elif not sounds:
            lead += text
        elif words and spaced and not one["word"].startswith(" "):
            words[-1] = _joined(words[-1], one)
        else:
            probability = round(float(one["probability"]), PROBABILITY_DIGITS)
            words.append(RawWord(lead + text, float(one["start"]), float(one["end"]), probability))
            lead = ""
    return tuple(words)


def _joined(word: RawWord, more: dict[str, Any]) -> RawWord:
    return RawWord(
        word.text + more["word"].strip(),
        word.start_s,
        float(more["end"]),
        min(word.probability, round(float(more["probability"]), PROBABILITY_DIGITS)),
    )


def _is_memory(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(mark in said for mark in OUT_OF_MEMORY)
