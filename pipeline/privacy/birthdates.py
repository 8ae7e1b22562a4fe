"""Dates of birth: dates and years that answer a question for one, or that are told with one."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pipeline.privacy.conversation import Conversation, Token
from pipeline.privacy.cues import Cue, cues, words
from pipeline.privacy.dates import Date, dates, shape_of, two_digits
from pipeline.privacy.echoes import echoes
from pipeline.privacy.shapes import windows

KIND = "birthdate"

_ANSWER = 45
"""Words of either side after the question in which the answer is looked for."""

_READ_BACK = 90
_TOLD_BEFORE = 6
"""Words between a date and "… is my birthday"."""

_BIRTHDAYS = frozenset(("birthday", "birthdays", "birthday's", "bday", "b-day"))
_LINKS = frozenset(("is", "was", "that's", "that", "being", "as", "for", "would", "when", "here",
                    "correct", "right"))  # fmt: skip
_LISTED = frozenset(("down", "right", "correct", "listed", "have"))
"""What makes "for your birthday" tell which day it is."""

_NUMBERS = re.compile("[uztTVDYkHaw]*[uztTVDYk]")
_YEAR = re.compile("(?:tTu|t[TV]|tHa?Tu|tzu|tHzu|T[tV]|TTu|TT|uka?(?:Tu|zu|[utTV])?|Y|DD)$")
_SHORT_YEAR = re.compile("(?:Tu|[TVDt]|z[uw])$")
_DIGITS = re.compile("[uzwD]{4,}$|[uztTwVD]*[tTV][uztTwVD]*$")
_TYPED_ROW = re.compile(r"\d{6}$|\d{8}$")
_SEVERAL = 3
_LATEST_DAY = 31
_MONTH_WITHIN = 4
"""Words of an answer within which a month stands that was asked for."""


def find_birthdates(conversation: Conversation) -> dict[int, str]:
    """Every word of every date of birth, in pieces over turns and read back too.

    A date is one when the nearest thing said before it that dates have is a birth and not a
    delivery, or when it is followed by "is my birthday". In an answer bare years and rows of
    digits count as well; ages and other dates do not.
    """
    told = cues(conversation, "birthdate_cues")
    if not told:
        return {}
    by_time = sorted(_dates_near(conversation, told), key=lambda date: date.positions)
    births = [date for date in by_time if _is_told_after(conversation, date.positions[-1], told)]
    found = set(_years_before(conversation, told))
    for cue, end in _answers(told):
        births += _answered(conversation, by_time, cue, end)
        found.update(_numbers(conversation, cue, end, births))
    found.update(
        position
        for date in by_time
        if any(_is_same(date, birth) for birth in births)
        for position in date.positions
    )
    return dict.fromkeys(sorted(found | echoes(conversation, found)), KIND)


def _dates_near(conversation: Conversation, told: Sequence[Cue]) -> Iterator[Date]:
    """The dates of either side around the cues: most calls have none, and no call many."""
    near = [(cue.first - 2 * _TOLD_BEFORE, cue.last + _ANSWER + _READ_BACK) for cue in told]
    for start, end in windows(near):
        window = conversation.tokens[max(0, start) : end]
        for side in conversation.sides:
            yield from dates([token for token in window if token.side == side])


def _answers(told: Sequence[Cue]) -> Iterator[tuple[Cue, int]]:
    """Each cue and the position up to which its answer may come: the next cue, or `_ANSWER`."""
    for cue, following in zip(told, [*told[1:], None], strict=True):
        end = cue.last + _ANSWER
        yield cue, min(end, following.first) if following else end


def _answered(
    conversation: Conversation, by_time: Sequence[Date], cue: Cue, end: int
) -> list[Date]:
    births: list[Date] = []
    for date in by_time:
        first = date.positions[0]
        if cue.last < first < end and not _is_other(
            conversation.tokens[cue.last + 1 : first],
            conversation.tokens[first].side,
            is_answered=bool(births),
        ):
            births.append(date)
    return births


def _is_other(between: Sequence[Token], side: str, *, is_answered: bool) -> bool:
    """Whether what is said since the question makes it the date of something else.

    Before the answer only its own speaker can: who asks may say what the date is needed for.
    """
    other = words("other_date_cues")
    return any(token.text in other and (is_answered or token.side == side) for token in between)


def _is_told_after(conversation: Conversation, last: int, told: Sequence[Cue]) -> bool:
    """Whether "is my birthday", "that's when I was born" follows the word at `last`, by whomever.

    "My birthday" may be when something else is due, so a date "for" or "after" it is another one.
    """
    cue = _first_after(told, last)
    if cue is None or cue.first - last > _TOLD_BEFORE:
        return False
    between = {token.text for token in conversation.tokens[last + 1 : cue.first]} - {""}
    after = conversation.tokens[cue.last + 1 : cue.last + 2]
    is_event = bool(after) and after[0].text in words("birthday_things")
    is_day = conversation.tokens[cue.first].text in _BIRTHDAYS
    is_due = is_day and "for" in between and not _LISTED & between
    is_linked = bool(_LINKS & between) or ("my" in between and "and" not in between)
    is_told = is_linked and between <= words("birthdate_links")
    return is_told and not is_event and not is_due


def _first_after(told: Sequence[Cue], position: int) -> Cue | None:
    place = bisect_right(told, position, key=lambda cue: cue.first)
    return told[place] if place < len(told) else None


def _years_before(conversation: Conversation, told: Sequence[Cue]) -> Iterator[int]:
    """Bare years right before "is the year I was born"."""
    for cue in told:
        start = max(0, cue.first - 2 * _TOLD_BEFORE)
        for side in conversation.sides:
            ahead = conversation.tokens[start : cue.first]
            shape = shape_of([token for token in ahead if token.side == side])
            for match in _NUMBERS.finditer(shape.letters):
                tokens = shape.tokens[match.start() : match.end()]
                if _YEAR.match(match[0]) and _is_told_after(
                    conversation, tokens[-1].position, told
                ):
                    yield from (token.position for token in tokens)


def _is_same(date: Date, birth: Date) -> bool:
    """Whether it is that date, or its day and month again within `_READ_BACK` words."""
    if date.positions == birth.positions:
        return True
    is_near = 0 < date.positions[0] - birth.positions[-1] < _READ_BACK
    return date.parts == birth.parts or (is_near and date.parts < birth.parts)


def _numbers(
    conversation: Conversation, cue: Cue, end: int, births: Sequence[Date]
) -> Iterator[int]:
    """Bare years and rows of digits in the answer, such as "one nine eight four"."""
    ahead = conversation.tokens[cue.last + 1 : end]
    dated = {position for date in births for position in date.positions}
    has_begun = any(cue.last < position < end for position in dated)
    wholes = [date.positions[0] for date in births if date.is_whole]
    is_month_asked = any(token.text == "month" for token in _asked(conversation, cue))
    for side in conversation.sides:
        said = [token for token in ahead if token.side == side and token.position not in dated]
        shape = shape_of(said)
        for match in _NUMBERS.finditer(shape.letters):
            tokens = shape.tokens[match.start() : match.end()]
            following = shape.tokens[match.end() : match.end() + 1]
            is_known = any(cue.last < whole < tokens[0].position for whole in wholes)
            lacks_year = has_begun and not is_known
            is_year = lacks_year or _is_year_asked(conversation, tokens[0], cue)
            if _is_birth_number(match[0], tokens, following, is_year=is_year) and not _is_other(
                conversation.tokens[cue.last + 1 : tokens[0].position], side, is_answered=has_begun
            ):
                yield from (token.position for token in tokens)
        yield from (token.position for token in said if _TYPED_ROW.match(token.text))
        if is_month_asked and not has_begun:
            month = shape.letters.find("M", 0, _MONTH_WITHIN)
            yield from (token.position for token in shape.tokens[month : month + 1] if month >= 0)


def _asked(conversation: Conversation, cue: Cue) -> Sequence[Token]:
    """The cue's words, and those right before it that say what is asked: "what month were you"."""
    return conversation.tokens[max(0, cue.first - _TOLD_BEFORE) : cue.last + 1]


def _is_year_asked(conversation: Conversation, first: Token, cue: Cue) -> bool:
    """Whether two digits are the year: "what year?", "born in sixty two"."""
    asked = _asked(conversation, cue)
    before = conversation.sides[first.side][max(0, first.index - 1) : first.index]
    return any(token.text == "year" for token in asked) or any(
        token.text in {"in", "year"} for token in before
    )


def _is_birth_number(
    letters: str, tokens: Sequence[Token], following: Sequence[Token], *, is_year: bool
) -> bool:
    if following and following[0].text in words("date_units"):
        return False
    if any(token.written.startswith(("$", "£", "€")) for token in tokens):
        return False
    if _YEAR.match(letters):
        return True
    if _SHORT_YEAR.match(letters):
        return is_year and two_digits([token.text for token in tokens]) > _LATEST_DAY
    return len(letters) >= _SEVERAL and bool(_DIGITS.match(letters))
