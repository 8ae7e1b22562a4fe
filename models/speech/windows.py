"""Windows as the product sends them: pieces of one side of a call laid end to end, cut at pauses.

Each piece is speech with an edge of 0.2 s, as voice activity found it; what lies between two pieces
was taken out. Some windows here also hold what voice activity took for speech.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.speech.examples import LABEL_S, SILENCE, UNNAMED, Utterance
from models.speech.spectrum import FLOOR, MELS, Frames
from models.speech.voices import SpokenWord

Random = np.random.Generator

LONGEST_S = 15.0
_FRAME_S = 0.01


@dataclass(frozen=True, eq=False)
class Window:
    """Sound and what is said in it.

    `mel` is log10 power (frames, 80) with an even number of frames, `labels` the phoneme each
    20 ms, `sentences` the words of each utterance with times in the window. `noise` is sound that
    is no speech (same shape as `mel`), or None.
    """

    mel: Frames
    labels: NDArray[np.int64]
    sentences: tuple[tuple[SpokenWord, ...], ...]
    noise: Frames | None = None

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.mel) * _FRAME_S


@dataclass(frozen=True)
class Library:
    """What windows are made from: `talks` are utterances of one voice and manner in order.

    `sounds` are long stretches of sound that is no speech: music, rings, dialling.
    """

    talks: Sequence[Sequence[Utterance]]
    sounds: Sequence[NDArray[np.float16]]


@dataclass(frozen=True)
class WindowShares:
    """How often windows are of special kinds."""

    nothing: float = 0.08
    short: float = 0.3
    cut: float = 0.06
    sound_between: float = 0.04


def draw_window(
    rng: Random, library: Library, *, longest_s: float = 14.9, shares: WindowShares = WindowShares()
) -> Window:
    """A window of speech, or of anything else."""
    if rng.random() < shares.nothing:
        return nothing(rng, library, seconds=float(rng.uniform(0.6, longest_s)))
    talk = library.talks[int(rng.integers(len(library.talks)))]
    wanted_s = 0.0 if rng.random() < shares.short else float(rng.uniform(2.5, longest_s))
    window = lay_out(rng, talk, wanted_s=wanted_s, longest_s=longest_s)
    if rng.random() < shares.cut and window.seconds > 3:
        return cut(rng, window)
    if rng.random() < shares.sound_between and window.seconds < longest_s - 2:
        return joined(window, nothing(rng, library, seconds=float(rng.uniform(0.5, 1.9))))
    return window


def lay_out(rng: Random, talk: Sequence[Utterance], *, wanted_s: float, longest_s: float) -> Window:
    """Utterances of a talk from a random one on, until `wanted_s` is reached or one more is too
    long for `longest_s`; at least one, which is expected to be shorter than that.
    """
    first = int(rng.integers(len(talk)))
    parts = [_silence(min(_edge(rng), max(longest_s - talk[first].seconds, 0.0)))]
    filled = parts[0].seconds
    for index in range(len(talk)):
        utterance = talk[(first + index) % len(talk)]
        gap = _silence(_gap(rng)) if index else _silence(0.0)
        if index and filled + gap.seconds + utterance.seconds > longest_s - 0.3:
            break
        parts += [gap, _spoken(utterance)]
        filled += gap.seconds + utterance.seconds
        if filled >= wanted_s:
            break
    return joined(*parts, _silence(min(_edge(rng), max(longest_s - filled, 0.0))))


def nothing(rng: Random, library: Library, *, seconds: float) -> Window:
    """A window in which nobody speaks: half of the time noise alone, else some sound."""
    window = _silence(seconds)
    if rng.random() < 0.5 or not library.sounds:
        return window
    sound = library.sounds[int(rng.integers(len(library.sounds)))]
    start = int(rng.integers(max(len(sound) - len(window.mel), 1)))
    piece = np.full_like(window.mel, FLOOR)
    found = sound[start : start + len(window.mel)]
    piece[: len(found)] = found
    return replace(window, noise=piece)


def joined(*parts: Window) -> Window:
    """Windows one after another as one."""
    sentences, at_s = [], 0.0
    for part in parts:
        sentences += [moved(words, at_s) for words in part.sentences]
        at_s += part.seconds
    noise = None
    if any(part.noise is not None for part in parts):
        noise = np.concatenate(
            [np.full_like(p.mel, FLOOR) if p.noise is None else p.noise for p in parts]
        )
    return Window(
        np.concatenate([part.mel for part in parts]),
        np.concatenate([part.labels for part in parts]),
        tuple(sentences),
        noise,
    )


def cut(rng: Random, window: Window) -> Window:
    """Cut at one end at any moment, as a stretch of speech that is too long for a window is.

    A word stays where most of it does. Where none would stay, the window is left as it is.
    """
    frames = len(window.mel) // 2 * 2
    kept = int(rng.uniform(0.4, 0.9) * frames) // 2 * 2
    start = 0 if rng.random() < 0.5 else frames - kept
    span = (start * _FRAME_S, (start + kept) * _FRAME_S)
    sentences = tuple(filter(None, (_inside(words, span) for words in window.sentences)))
    if not sentences:
        return window
    return Window(
        window.mel[start : start + kept],
        window.labels[start // 2 : (start + kept) // 2],
        sentences,
        None if window.noise is None else window.noise[start : start + kept],
    )


def stretched(window: Window, speed: float) -> Window:
    """Spoken `speed` times as fast, at the same pitch."""
    count = round(len(window.mel) / speed / 2) * 2
    places = np.linspace(0, len(window.mel) - 1, count)
    factor = count / len(window.mel)
    sentences = (
        tuple(SpokenWord(w.text, w.start_s * factor, w.end_s * factor) for w in words)
        for words in window.sentences
    )
    nearest = np.minimum((places[::2] / 2).round().astype(np.int64), len(window.labels) - 1)
    noise = None if window.noise is None else _between(window.noise, places)
    return Window(_between(window.mel, places), window.labels[nearest], tuple(sentences), noise)


def moved(words: Sequence[SpokenWord], by_s: float) -> tuple[SpokenWord, ...]:
    """The words `by_s` later."""
    return tuple(SpokenWord(w.text, w.start_s + by_s, w.end_s + by_s) for w in words)


def _between(frames: Frames, places: NDArray[np.float64]) -> Frames:
    before = np.minimum(places.astype(np.int64), len(frames) - 2)
    share = (places - before).astype(np.float32)[:, None]
    return frames[before] * (1 - share) + frames[before + 1] * share


def _inside(words: Sequence[SpokenWord], span: tuple[float, float]) -> tuple[SpokenWord, ...]:
    kept = []
    for word in words:
        start, end = max(word.start_s, span[0]), min(word.end_s, span[1])
        if end - start > 0.6 * (word.end_s - word.start_s):
            kept.append(SpokenWord(word.text, start - span[0], end - span[0]))
    return tuple(kept)


def _spoken(utterance: Utterance) -> Window:
    labels = utterance.labels.astype(np.int64)
    labels[labels == UNNAMED] = -1
    return Window(utterance.mel.astype(np.float32), labels, (utterance.words,))


def _silence(seconds: float) -> Window:
    count = round(seconds / LABEL_S)
    mel = np.full((2 * count, MELS), FLOOR, np.float32)
    return Window(mel, np.full(count, SILENCE, np.int64), ())


def _edge(rng: Random) -> float:
    """Silence before or after: mostly the 0.2 s that the product leaves, give or take."""
    drawn = rng.random()
    if drawn < 0.7:
        return float(np.clip(rng.normal(0.2, 0.06), 0.02, 0.5))
    return float(rng.uniform(0.0, 0.6) if drawn < 0.9 else rng.uniform(0.6, 2.5))


def _gap(rng: Random) -> float:
    """Silence between: mostly an edge of each piece, less at a pause too short to cut at."""
    drawn = rng.random()
    if drawn < 0.55:
        return float(np.clip(rng.normal(0.4, 0.08), 0.1, 0.8))
    return float(rng.uniform(0.04, 0.4) if drawn < 0.85 else rng.uniform(0.4, 2.0))
