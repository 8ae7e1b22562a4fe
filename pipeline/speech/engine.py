"""The engine: windows of many calls go through the recogniser together, words back in their calls.

A window is encoded and decoded on its own; windows share batches only. What is not believed is
dropped with its reason, and words are placed inside our own speech segments.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.behaviours.call import Word
from pipeline.speech.decoding import Decoder, Hypothesis
from pipeline.speech.invention import TrustOptions, why_not_stretch, why_not_window
from pipeline.speech.model import SpeechModel, SpeechOptions
from pipeline.speech.times import placed
from pipeline.speech.windows import Samples, Window

WORDS_VERSION = "words-2"
"""Change it when the same sound and model give other words: all calls are then heard again."""

TRUST = TrustOptions()


@dataclass(frozen=True)
class Recognised:
    """The words of one window in the recording's time, and why stretches of it were dropped."""

    words: tuple[Word, ...]
    dropped: tuple[str, ...] = ()


def recognise(
    windows: Sequence[Window],
    sounds: Sequence[Samples],
    model: SpeechModel,
    options: SpeechOptions,
    *,
    language: str,
    trust: TrustOptions = TRUST,
) -> list[Recognised]:
    """Words of each window, in the windows' order; `sounds` are their samples at 16 kHz, −1…1."""
    heard = Decoder(model, options, language).decode(sounds)
    return [_believed(window, one, trust) for window, one in zip(windows, heard, strict=True)]


def _believed(window: Window, heard: Hypothesis, trust: TrustOptions) -> Recognised:
    reason = why_not_window(heard, trust)
    if reason:
        return Recognised((), (reason,))
    words: list[Word] = []
    dropped: list[str] = []
    for piece, said in placed(window, heard.words):
        why_not = why_not_stretch(said, piece.speech, trust)
        if why_not:
            dropped.append(why_not)
        else:
            words += said
    return Recognised(tuple(words), tuple(dropped))
