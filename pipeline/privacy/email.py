"""E-mail addresses, typed or spoken: "john dot smith at gmail dot com".

The words around each "at" or @ are read as letters (see `pipeline.privacy.shapes`): backwards for
who it is, forwards for the host. A web site alone is no secret: "at … dot com" is not enough.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.cues import cues, words
from pipeline.privacy.dates import VALUES
from pipeline.privacy.echoes import echoes
from pipeline.privacy.email_halves import email_halves
from pipeline.privacy.shapes import Shape, windows

KIND = "email"

_CUE_BEFORE = 45
"""Words of either side from "what's your e-mail" to the "at" of a spelled answer, at most."""

_CUE_AFTER = 8
_WHO = 70
_HOST_WORDS = 40
_SIGN_WORDS = 6
"""Words before and after an "at" that are read, and before it that may hold an "underscore"."""

_PLAIN_WORDS = 3
"""Words before the last one, without a "dot" between them, that are taken for who it is."""

# The letters: A at, @ the sign, d dot, j other joiner, l letter, u number, p for (j for juliet),
# H mail provider, T last part of a host, t the same but also an everyday word, v tells of a web
# site, s holds sentences together, w any other word.
_GLUED = re.compile("lpp?[wlHTtvs]$")
_LABEL = "(?:lpp?[wlHTtvs]|[luwHTtsv])"
_TOP = "(?:T|t|A|lll?(?!l))"
_HOST = re.compile(f"[A@](?:[dj]|{_LABEL}){{1,16}}?d{_TOP}(?:d{_TOP}|T)*")
_HOST_WITHOUT_DOT = re.compile(f"[A@]{_LABEL}{{1,3}}?TT?|[A@][lw]?H")
_ANY_HOST = re.compile(f"[A@](?:{_LABEL}d?)?")
_IS_JOINED = re.compile("[dj][wluHTs]|l.?l|[wl]u|u[wl]")
_WITHOUT_HOST = re.compile("(?:[wlust][dj])+[wlu]+(?![dwlu@A])|l{4,}u*")

_CLASSES: Mapping[str, str] = {
    **dict.fromkeys(VALUES, "u"),
    **dict.fromkeys(("for", "as", "in", "like"), "p"),
    **dict.fromkeys(("me", "us", "it", "be", "is", "tv"), "t"),
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "l"),
    **dict.fromkeys(("to", "too", "won", "ate"), "s"),
    **dict.fromkeys(("underscore", "dash", "hyphen", "minus", "plus", "underline"), "j"),
    **dict.fromkeys(("dot", "period", "dots"), "d"),
    **dict.fromkeys(
        ("yes", "yeah", "yep", "okay", "ok", "right", "correct", "all", "lower", "lowercase",
         "upper", "uppercase", "capital", "letter", "number", "numeral", "symbol", "sign",
         "double", "triple", "then"),
        "",
    ),
    "at": "A",
}  # fmt: skip


def find_emails(conversation: Conversation) -> dict[int, str]:
    """Every word of every e-mail address, its "at" and "dot" too, and where it is read back.

    Spoken addresses are looked for in each side's words, and in those of both by time where one
    side goes on with what the other began. Who it is alone counts after a question for it.
    """
    said = cues(conversation, "email_cues", "email_who", "email_host")
    told = [cue.last for cue in said if cue.kind != "email_host"]
    found = set(email_halves(conversation, said, _shape_of))
    for start, end in windows(_candidates(conversation, told)):
        window = conversation.tokens[max(0, start) : end]
        for side in conversation.sides:
            own = [token for token in window if token.side == side]
            found.update(_found_in(own, conversation, told, _PLAIN_WORDS))
        if len(conversation.sides) > 1:
            found.update(_found_in(window, conversation, told, 0))
    return dict.fromkeys(sorted(found | echoes(conversation, found)), KIND)


def _candidates(conversation: Conversation, told: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where to look at all: around an "at" or @ with a sign of a host near, or asked for."""
    tokens = conversation.tokens
    signs = words("email_providers") | {"dot", "underscore", "period", "com"}
    hosts = [token.position for token in tokens if token.text in signs or "." in token.text]
    for token in tokens:
        if token.text == "at" or "@" in token.written or "at)" in token.written:
            place = bisect_left(hosts, token.position - _SIGN_WORDS)
            is_host = place < len(hosts) and hosts[place] < token.position + _HOST_WORDS
            if is_host or token.text != "at":
                yield token.position - _WHO, token.position + _HOST_WORDS
    for cue in told:
        ahead = tokens[max(0, cue - _CUE_AFTER) : cue + _CUE_BEFORE]
        if any(_is_spelled(one.text) for one in ahead):
            yield cue - _WHO, cue + _CUE_BEFORE + _HOST_WORDS


def _found_in(
    tokens: Sequence[Token], conversation: Conversation, told: Sequence[int], plain_words: int
) -> Iterator[int]:
    shape = _shape_of(tokens)
    for start, end in _stretches(shape, told, plain_words):
        spoken = shape.tokens[start:end]
        if len({token.side for token in spoken}) > 1:
            yield from (token.position for token in spoken)
        else:
            yield from shape.covered(conversation.sides[spoken[0].side], start, end)


def _shape_of(tokens: Sequence[Token]) -> Shape:
    return Shape.of(tokens, _classes(), _other)


def _stretches(shape: Shape, told: Sequence[int], plain_words: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer("[A@]", shape.letters):
        at = match.start()
        is_cued = _is_near(shape.tokens[at], told, _CUE_BEFORE, _CUE_AFTER)
        end = _end(shape, _start(shape.letters, at, min(plain_words, 1)), at, is_cued=is_cued)
        start = max(_start(shape.letters, at, plain_words), _floor(shape, at, told))
        if start < at < end:
            yield start, end
    for match in _WITHOUT_HOST.finditer(shape.letters) if told else ():
        said = {token.text for token in shape.tokens[match.start() : match.end()]}
        # "plus six one" is how a telephone number begins.
        if not said & {"plus", "minus"} and _is_near(
            shape.tokens[match.start()], told, _CUE_BEFORE // 3, 0
        ):
            yield match.span()


def _floor(shape: Shape, at: int, told: Sequence[int]) -> int:
    """Before which nothing can be who it is: a question for it, or a typed name's own beginning.

    What was answered before the question was answered to another one.
    """
    tokens = shape.tokens
    asked = told[place - 1] if (place := bisect_left(told, tokens[at].position)) else -1
    own = at
    while own and tokens[own - 1] is tokens[at]:
        own -= 1
    if own < at and (own == 0 or shape.letters[own - 1] not in "dj"):
        return own
    return min(at, bisect_right(tokens, asked, key=lambda token: token.position))


def _is_near(token: Token, told: Sequence[int], before: int, after: int) -> bool:
    place = bisect_left(told, token.position - before)
    return place < len(told) and told[place] <= token.position + after


def _start(letters: str, at: int, plain_words: int) -> int:
    """Where who it is begins, going back from the "at": `at` itself where nobody is named.

    Without `plain_words` no number before a plain word is taken either: both sides speak there.
    """
    start = at
    numbered = "ludj" if plain_words else "ldj"
    while start:
        glued = _GLUED.search(letters, max(0, start - 4), start)
        if glued:
            start = glued.start()
            continue
        before, after = letters[start - 1], letters[start] if start < at else ""
        is_plain = before in "wHT"
        is_joined = letters[start - 2 : start - 1] in {"d", "j"} or (after and after in "dj")
        is_taken = is_plain and (start == at or plain_words > 0)
        is_sign = before in ("ludj" if start == at or after in "lu" else numbered)
        if before in "A@p" or not (is_sign or is_joined or is_taken):
            break
        plain_words -= is_plain and start < at
        start -= 1
    return start


def _end(shape: Shape, start: int, at: int, *, is_cued: bool) -> int:
    """Where the host ends; `at` where what is said is no address."""
    letters, who = shape.letters, shape.letters[start:at]
    is_joined = bool(_IS_JOINED.search(who))
    is_told = is_joined or is_cued
    host = _HOST.match(letters, at)
    if host and (
        is_told
        or letters[at] == "@"
        or "H" in host[0]
        or shape.tokens[at - 1].text not in words("common_words")
        or any(token.text in words("given_names") for token in shape.tokens[start:at])
    ):
        return host.end()
    is_underscored = any(token.text == "underscore" for token in shape.tokens[start:at])
    host = _HOST_WITHOUT_DOT.match(letters, at) if is_told else None
    if host is None and is_joined and (is_cued or is_underscored):
        host = _ANY_HOST.match(letters, at)
    return host.end() if host else at


def _is_spelled(text: str) -> bool:
    return not text.isalpha() or (len(text) == 1 and text not in "ai") or text in _spelled()


@cache
def _spelled() -> frozenset[str]:
    """Words of an address that is told after a question, besides single letters."""
    joiners = {word for word, letter in _CLASSES.items() if letter in {"j", "d", "A"}}
    return words("spelling_alphabet", "email_providers") | joiners


@cache
def _classes() -> Mapping[str, str]:
    return {
        **dict.fromkeys(words("function_words"), "s"),
        **dict.fromkeys(words("email_not_before_at"), "v"),
        **dict.fromkeys(words("spelling_alphabet"), "l"),
        **dict.fromkeys(words("email_top_levels"), "T"),
        **dict.fromkeys(words("email_providers"), "H"),
        **_CLASSES,
    }


def _other(token: Token) -> str:
    text = token.text
    if text.isalpha():
        return "w"
    if token.is_redacted or text.isdigit():
        return "u"
    if "." not in text and "@" not in token.written and "-" not in text:
        return "d" if token.written == "." else "w" if text else ""
    return "".join(_part(part) for part in _parts(token))


def _parts(token: Token) -> list[str]:
    """What a typed word is made of: "j.smith@example.com" has seven parts."""
    written = re.sub(r"[(\[]at[)\]]", "@", token.written.lower())
    edges = written if "@" in written or written.startswith(".") else token.text
    return re.findall(r"[@.-]|[^@.-]+", edges.rstrip(".,;:!?)>\"'").lstrip("(<\"'"))


def _part(text: str) -> str:
    if text == "@":
        return "@"
    if text in {".", "-"}:
        return "d" if text == "." else "j"
    return "u" if text.isdigit() else _classes().get(text, "w")
