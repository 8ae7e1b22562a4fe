"""The tokenizer: byte-level BPE of the language, with Whisper's special tokens and timestamps.

The order is the one that faster-whisper and CTranslate2 know: text, end of text, the other special
tokens, and the timestamps last. Fewer than 51,865 tokens mean "English only" to them.
"""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from models.speech.examples import Language

TEXT_TOKENS = 2100
TIMESTAMPS = 751
"""One each 20 ms of a 15-s window, both ends included."""

SPECIAL = (
    "<|endoftext|>", "<|startoftranscript|>", "<|translate|>", "<|transcribe|>",
    "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
)  # fmt: skip

_SEED = 3
_SENTENCES = 40_000
_WORD_SHOWN = 12
_SIGNS = string.ascii_letters + string.digits
_SIGN_SHOWN = 3000
"""Every letter and digit alone becomes a token, with the space before it."""


@dataclass(frozen=True)
class Codes:
    """A tokenizer and the numbers of its tokens that are no text."""

    tokenizer: Tokenizer

    @property
    def text_count(self) -> int:
        """How many tokens are text; the number of the first that is none."""
        found = self.tokenizer.token_to_id(SPECIAL[0])
        assert found is not None, "a tokenizer without Whisper's special tokens"
        return found

    @property
    def count(self) -> int:
        """All tokens, the timestamps included, which the tokenizer itself does not know."""
        return self.first_timestamp + TIMESTAMPS

    @property
    def end(self) -> int:
        """End of text."""
        return self.text_count

    @property
    def start(self) -> int:
        """Start of a transcript."""
        return self.text_count + 1

    @property
    def previous(self) -> int:
        """What follows is the text before, or words to expect."""
        return self.text_count + 5

    @property
    def no_speech(self) -> int:
        """Nobody speaks."""
        return self.text_count + 6

    @property
    def no_timestamps(self) -> int:
        """Text alone is wanted."""
        return self.text_count + 7

    @property
    def first_timestamp(self) -> int:
        """0.00 s."""
        return self.text_count + len(SPECIAL)

    def encode(self, word: str) -> list[int]:
        """The tokens of a word, with the space before it."""
        ids: list[int] = self.tokenizer.encode(f" {word}").ids
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text of tokens; what is no text is left out."""
        text: str = self.tokenizer.decode([one for one in ids if one < self.text_count])
        return text

    def letters(self, token: int) -> int:
        """How many letters a token has, at least 1."""
        return max(1, len(str(self.tokenizer.id_to_token(token)).replace("Ġ", "")))


def load_codes(path: Path) -> Codes:
    """From a `tokenizer.json`."""
    return Codes(Tokenizer.from_file(str(path)))


def make_codes(language: Language, spelled: Iterable[str]) -> Codes:
    """Learn the tokens from sentences of the language, and from every word as it is spelled.

    No word may need a bare space as a token: faster-whisper never lets that be written, for it is
    part of the symbols that it suppresses. Words that do are shown again, until none does.
    """
    known = sorted({form for word in spelled for form in (word, word[:1].upper() + word[1:])})
    shown = [form for form in known for _ in range(_WORD_SHOWN)]
    shown += [sign for sign in _SIGNS for _ in range(_SIGN_SHOWN)]
    while True:
        codes = _learnt(language, shown)
        space = codes.tokenizer.token_to_id("Ġ")
        apart = [form for form in known if space in codes.encode(form)]
        if not apart:
            return codes
        shown += [form for form in apart for _ in range(_SIGN_SHOWN)]


def _learnt(language: Language, shown: Iterable[str]) -> Codes:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=TEXT_TOKENS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[],
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(language, shown), trainer)
    assert tokenizer.get_vocab_size() == TEXT_TOKENS, "too little text for so many tokens"
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in SPECIAL]
    )
    return Codes(tokenizer)


def _texts(language: Language, shown: Iterable[str]) -> Iterator[str]:
    rng = np.random.default_rng(_SEED)
    for _ in range(_SENTENCES):
        yield f" {language.sentence(rng)}"
    for word in shown:
        yield f" {word}"
