"""What around an everyday word tells that it is a name: "is Grace there?", "okay Mark, let me".

Every rule is a small question about a word and its neighbours; one yes is enough. Words that begin
questions ("will"), that are things ("bill") or tell how something is ("young") need more.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.cues import cues, words
from pipeline.privacy.dates import MONTHS
from pipeline.privacy.misheard import plain
from pipeline.privacy.name_parts import Parts

_ANSWER = 4
"""Words of a turn within which the name is told that was asked for."""

_QUESTION = 16
"""Words from "your full name" to the answer, "… and your date of birth, please" among them."""

_NAMED_AFTER = 4
"""Words from "Price is" to "my name"."""

_STOPS = (".", "?", "!")


@dataclass(frozen=True)
class _Place:
    """A word and its neighbours on its side; the others are None at the ends."""

    token: Token
    before: Token | None
    second_before: Token | None
    after: Token | None
    second_after: Token | None
    opens: bool
    """Whether it is the first word of a turn or sentence, but for "um", "yes" and "it's"."""

    closes: bool
    """Whether a turn, a sentence or a part of one ends with it."""

    @classmethod
    def of(cls, conversation: Conversation, token: Token) -> "_Place":
        said = conversation.sides[token.side]
        index = token.index
        before, after = _at(said, index - 1), _at(said, index + 1)
        return cls(
            token,
            before,
            _at(said, index - 2),
            after,
            _at(said, index + 2),
            _opens(said, index),
            token.written[-1:] in {",", *_STOPS} or _is_turned(token, after),
        )

    def text_before(self) -> str:
        """The word before it, "" for none."""
        return self.before.text if self.before else ""

    def text_after(self) -> str:
        """The word after it, "" for none."""
        return self.after.text if self.after else ""


def _at(said: tuple[Token, ...], index: int) -> Token | None:
    return said[index] if 0 <= index < len(said) else None


def _is_turned(token: Token, after: Token | None) -> bool:
    """Whether the other side speaks between the two, or nobody says more."""
    return after is None or after.position != token.position + 1


def _opens(said: tuple[Token, ...], index: int) -> bool:
    while index:
        before = said[index - 1]
        if before.written.endswith(_STOPS) or _is_turned(before, said[index]):
            return True
        if before.text not in words("name_leads"):
            return False
        index -= 1
    return True


@dataclass(frozen=True)
class Hints:
    """Where the call says what tells of a name: positions of the last words of cues, by kind."""

    conversation: Conversation
    parts: Parts
    ends: dict[str, frozenset[int]]
    questions: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, conversation: Conversation, parts: Parts) -> "Hints":
        """All cues of the conversation."""
        kinds = ("name_cues", "name_greetings", "name_hints", "name_objects", "name_questions")
        found = cues(conversation, *kinds)
        ends = {kind: frozenset(cue.last for cue in found if cue.kind == kind) for kind in kinds}
        questions = tuple((cue.side, cue.last) for cue in found if cue.kind == "name_questions")
        return cls(conversation, parts, ends, questions)

    def make_a_name(self, token: Token, known: Collection[int]) -> bool:
        """Whether a part that is an everyday word is a name here; `known` are those found."""
        place = _Place.of(self.conversation, token)
        return (
            self._is_beside(place, place.before, known)
            or self._is_beside(place, place.after, known)
            or _is_capital_inside(place)
            or _is_owner(place)
            or self._is_cued(place)
            or self._is_answer(place)
            or (plain(token.text) in self.parts.all and self._is_placed(place))
        )

    def _is_placed(self, place: _Place) -> bool:
        """Whether it stands where only a person is named."""
        return (
            _is_relative(place)
            or _is_there(place)
            or _is_spoken_to(place)
            or self._is_named_after(place)
            or self._is_whole_turn(place)
            or (plain(place.token.text) in self.parts.given and _is_subject(place))
        )

    def _is_beside(self, place: _Place, other: Token | None, known: Collection[int]) -> bool:
        """Whether the next word is another part; "Maria will" needs both in one name."""
        if other is None:
            return False
        pair = plain(place.token.text), plain(other.text)
        is_misheard = other.position in known and pair[1] not in self.parts.all
        opens = place.token.text in _openers()
        return pair in self.parts.pairs or (other.position in known and (is_misheard or not opens))

    def _is_cued(self, place: _Place) -> bool:
        """Whether "my name is", "hello", "ask for", "it's" stands right before it."""
        if place.before is None:
            return place.text_after() == "speaking"
        token, last = place.token, place.before.position
        is_caller = place.text_after() in words("name_followers")
        is_listed = place.before.text in {"name", "surname"} and not _begins_question(token)
        is_told = last in self.ends["name_cues"] or place.text_after() == "speaking"
        is_asked = _is_question(place)
        return (
            is_told
            or (is_listed and last in self.ends["name_questions"])
            or (last in self.ends["name_greetings"] and not is_asked)
            or (last in self.ends["name_objects"] and not _is_thing(token))
            or (
                last in self.ends["name_hints"]
                and not is_asked
                and (token.text not in _openers() or is_caller)
            )
        )

    def _is_answer(self, place: _Place) -> bool:
        """Whether it stands among the first words of an answer to a question for a name."""
        token = place.token
        opening = self.conversation.tokens[max(0, token.position - _ANSWER) : token.position]
        is_first = place.closes or place.opens
        return (
            not _is_question(place)
            and (is_first or not _begins_question(token))
            and any(one.side != token.side for one in opening)
            and any(
                side != token.side and 0 < token.position - last <= _QUESTION
                for side, last in self.questions
            )
        )

    def _is_named_after(self, place: _Place) -> bool:
        """Whether it is told what it was: "Price is my name", "Mark here"."""
        after = place.text_after()
        if not place.opens or after == "here":
            return place.opens and not _is_thing(place.token)
        ahead = self.conversation.after(place.token, _NAMED_AFTER)
        is_name = any(one.text in {"name", "surname"} for one in ahead)
        return is_name and after in {"is", "was", "would"}

    def _is_whole_turn(self, place: _Place) -> bool:
        """Whether nothing else is said in a turn, to a question that is none for a thing."""
        if not (place.opens and place.closes) or _is_thing(place.token):
            return False
        asked = self.conversation.before(place.token, 12)
        return not any(one.text in words("name_no_answers") for one in asked)


def _openers() -> frozenset[str]:
    return words("name_openers", "name_adjectives")


def _begins_question(token: Token) -> bool:
    return token.text in words("question_words")


def _is_thing(token: Token) -> bool:
    """Whether the word alone is more often no name: "will", "bill", "young", "may"."""
    return token.text in words("question_words", "name_things", "name_adjectives")


def _is_capital_inside(place: _Place) -> bool:
    """Whether it has a capital that no beginning of a sentence explains; months always do."""
    before, token = place.before, place.token
    if before is None:
        return _is_called(place)
    if not before.written[-1:].isalnum() and before.written[-1:] != ",":
        return _is_called(place)
    start = place.second_before
    is_first = start is None or start.written.endswith(_STOPS)
    written = token.written.lstrip("\"'(")
    return (
        written[:1].isupper()
        and not written.isupper()
        and (before.written[:1].islower() or is_first)
        and token.text not in MONTHS
    )


def _is_called(place: _Place) -> bool:
    """Whether a sentence begins with it and a comma: "Will, thank you"."""
    written = place.token.written
    is_name = written[:1].isupper() and not _is_thing(place.token)
    is_verb = written[:1].isupper() and place.token.text in words("question_words")
    return written.endswith(",") and (is_name or is_verb) and place.opens


def _is_owner(place: _Place) -> bool:
    """Whether it is a possessive that is no thing's: "young's account", not "the bill's"."""
    is_of_thing = place.text_before() in words("determiners")
    return place.token.text.endswith("'s") and not is_of_thing


def _is_question(place: _Place) -> bool:
    """Whether a question or a wish begins: "hello, will you", "thanks, good morning"."""
    is_begun = _begins_question(place.token) and not place.token.written.endswith(",")
    is_wish = place.token.text in words("name_wishes") and "'" in place.text_after()
    return is_begun and (is_wish or place.text_after() in words("subjects"))


def _is_relative(place: _Place) -> bool:
    """Whether it names somebody: "my wife Grace", but not "my wife will call"."""
    text, after = place.token.text, place.text_after()
    if place.text_before() not in words("name_relatives"):
        return False
    if _begins_question(place.token):
        return after in words("name_verbs")
    is_verb = text.endswith("s") and after in {"with", "at", "on", "the", "my", "it", "in", "up"}
    return text not in words("name_things") and not is_verb


def _is_there(place: _Place) -> bool:
    """Whether somebody is asked for: "is Grace there?", "is Will in"."""
    if place.text_before() not in {"is", "was", "isn't"}:
        return False
    is_thing = place.token.text in words("name_adjectives", "name_things")
    last = place.second_after is None or (
        place.after is not None and _is_turned(place.after, place.second_after)
    )
    is_ended = last or (place.after is not None and place.after.written.endswith((",", *_STOPS)))
    return not is_thing and (
        place.text_after() in {"there", "around", "available", "home", "here"}
        or (is_ended and place.text_after() in {"in", "out", "back", "free", "about"})
    )


def _is_spoken_to(place: _Place) -> bool:
    """Whether somebody is called by it: "okay Mark, let me", "have a good day Grace"."""
    token, before = place.token, place.text_before()
    if before == "you":
        verb = place.second_before.text if place.second_before else ""
        return verb in {"see", "thank"} and place.closes
    if before in words("name_callings") and token.written.endswith(","):
        return True
    if place.closes:
        is_parting = before in words("name_partings")
        return is_parting or (before in words("name_callings") and not _is_thing(token))
    if before not in words("name_callings"):
        return False
    if _begins_question(token):
        return place.text_after() in words("name_new_clauses")
    return place.text_after() in words("name_clauses") and not _is_thing(token)


def _is_subject(place: _Place) -> bool:
    """Whether somebody does or is something: "Grace from your team called", "Will was great"."""
    begins = place.opens or place.text_before() in {"and", "but", "because", "that", "when", "so"}
    is_thing = place.token.text in words("name_things", "name_adjectives") - {"will"}
    return begins and not is_thing and place.text_after() in words("name_verbs")
