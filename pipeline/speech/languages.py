"""Which language a call is in, where nobody says: the recogniser's opinion of its first speech."""

from collections.abc import Sequence

import numpy as np

from pipeline.speech.decoding import features_of, padded
from pipeline.speech.model import SpeechModel
from pipeline.speech.windows import Samples

AUTO = "auto"
"""Stands for a language that is to be heard."""

WINDOWS = 3
"""Windows of a call that are asked: a greeting alone may be in another language than the call."""


def heard_language(sounds: Sequence[Samples], model: SpeechModel) -> tuple[str, float | None]:
    """The likeliest language (ISO 639-1) of a call's windows and its mean probability (0–1).

    Windows count by their length. A model of one language takes everything for that one, and
    cannot tell how surely (None).
    Raises ValueError without sounds.
    """
    if not sounds:
        raise ValueError("no speech to tell a language from")
    whisper = model.whisper
    if not whisper.model.is_multilingual:
        return whisper.supported_languages[0], None
    frames = whisper.feature_extractor.nb_max_frames
    features = [padded(features_of(whisper, sound), frames) for sound in sounds]
    opinions = whisper.model.detect_language(whisper.encode(np.stack(features)))
    seconds = sum(len(sound) for sound in sounds)
    shares: dict[str, float] = {}
    for sound, opinion in zip(sounds, opinions, strict=True):
        for token, probability in opinion:
            language = token.strip("<|>")
            shares[language] = shares.get(language, 0.0) + probability * len(sound) / seconds
    return max(sorted(shares.items()), key=lambda item: item[1])
