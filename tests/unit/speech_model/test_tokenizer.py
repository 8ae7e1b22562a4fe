"""The tokenizer: what faster-whisper's own rules need of it."""

import string

import pytest
from faster_whisper.tokenizer import Tokenizer as TheirTokenizer

from models.speech import language
from models.speech.language.vocabulary import spellings
from models.speech.tokenizer import SPECIAL, TEXT_TOKENS, Codes, make_codes


@pytest.fixture(scope="module")
def codes() -> Codes:
    return make_codes(language, spellings().values())


def test_no_letter_or_digit_needs_a_space_of_its_own(codes: Codes) -> None:
    assert all(len(codes.encode(sign)) == 1 for sign in string.ascii_letters + string.digits)


def test_no_word_needs_a_token_that_faster_whisper_never_writes(codes: Codes) -> None:
    theirs = TheirTokenizer(codes.tokenizer, multilingual=False)
    suppressed = set(theirs.non_speech_tokens)
    for word in spellings().values():
        assert suppressed.isdisjoint(codes.encode(word)), word
        assert suppressed.isdisjoint(codes.encode(word[0].upper() + word[1:])), word
    assert suppressed.isdisjoint(codes.encode("What?") + codes.encode("No,") + codes.encode("Yes."))


def test_faster_whisper_finds_the_special_tokens(codes: Codes) -> None:
    theirs = TheirTokenizer(codes.tokenizer, multilingual=False)
    assert theirs.eot == codes.end == codes.text_count == TEXT_TOKENS
    assert theirs.sot == codes.start
    assert theirs.sot_prev == codes.previous
    assert theirs.no_timestamps == codes.no_timestamps
    assert theirs.timestamp_begin == codes.first_timestamp == TEXT_TOKENS + len(SPECIAL)
    assert codes.tokenizer.token_to_id("<|nospeech|>") == codes.no_speech


def test_text_comes_back(codes: Codes) -> None:
    text = " I'm sorry, Mrs Walker. Was it forty-two?"
    ids = [one for word in text.split() for one in codes.encode(word)]
    assert codes.decode([codes.start, *ids, codes.end, codes.first_timestamp]) == text
