"""Languages of which only the number words are known: four digits and more go."""

import pytest

from pipeline.behaviours.call import Word
from pipeline.privacy.conversation import Conversation
from pipeline.privacy.crude import FOLDER, KNOWN, crude_numbers
from pipeline.privacy.phrases import lines


def found(text: str, language: str) -> list[str]:
    talk = Conversation.of({"customer": [Word(part, 0.0, 0.0) for part in text.split()]})
    return [talk.tokens[place].written for place in sorted(crude_numbers(talk, language))]


@pytest.mark.parametrize(
    ("language", "text", "secret"),
    [
        ("de", "die Karte ist vier eins vierunddreißig", "vier eins vierunddreißig"),
        ("de", "meine PIN ist 4412 bitte", "4412"),
        ("de", "null eins fünf äh doppel zwei", "null eins fünf doppel zwei"),
        ("fr", "c'est le zéro six quatre-vingt-dix-sept", "zéro six quatre-vingt-dix-sept"),
        ("fr", "le quatre vingt douze quatorze", "quatre vingt douze quatorze"),
        ("es", "es el treinta y dos cero uno", "treinta dos cero uno"),
        ("it", "il codice è ventidue quattro uno", "ventidue quattro uno"),
        ("nl", "het is vierentwintig drieëndertig", "vierentwintig drieëndertig"),
        ("pt", "é nove meia vinte e dois", "nove meia vinte dois"),
    ],
)
def test_long_number(language: str, text: str, secret: str) -> None:
    assert found(text, language) == secret.split()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "ich warte seit zwanzig Minuten auf zwei Pakete"),
        ("fr", "j'ai un chat et deux chiens"),
        ("es", "son las 10:30 y cuesta $1250"),
        ("it", "uno due tre"),
        ("nl", "twee of drie dagen"),
        ("pt", "um momento"),
    ],
)
def test_short_number(language: str, text: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_every_language_has_all_numbers_below_a_hundred(language: str) -> None:
    told = {line.split()[0] for line in lines(f"{FOLDER}/{language}.txt")}
    assert {number for number in told if number.isdigit()} == {str(n) for n in range(100)}


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        found("1234", "xx")
