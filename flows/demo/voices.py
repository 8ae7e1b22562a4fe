"""Who speaks in the demo: the voices that its recogniser has heard most."""

from models.speech.cast import MAIN_VOICES

VOICES = MAIN_VOICES

MALE_VOICES = frozenset(
    ("en-us", "en-us+m3", "en-us+m1", "en", "en+m7", "en-gb-x-rp", "en-us+Mario")
)
