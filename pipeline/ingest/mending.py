"""Mending: a vendor's turns with times that can be used, where what is meant is certain.

What is mended is counted in a note; what cannot be is a ValueError that names the turn.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from statistics import median

from pipeline.behaviours.call import Word
from pipeline.ingest.transcript_formats import marks
from pipeline.ingest.transcript_formats.document import Document, Said, SaidWord
from pipeline.ingest.transcript_formats.fields import LONGEST_S
from pipeline.spans import Span

LETTER_S = 0.08
"""A letter takes about so long: twelve and a half a second, 150 words a minute."""

EARLIEST_S = -0.5
"""A recogniser may start a word so much before the call; what is earlier is on another clock."""

SLOWEST, FASTEST = 0.05, 2_000.0
"""Letters a second beyond which times are wrong, mostly thousandfold: people speak 5 to 25."""

LONGEST_WORD = 2_000
"""Letters. Half a minute of a language without spaces has 300; what has more is no speech."""

MOST_WORDS_PER_S, MANY = 20, 50
"""Both sides at once say at most so many words in a second; of fewer than many none are counted."""

STRAY_S = 1.0
"""A word that starts so far outside its turn has no time that could be believed."""

MOST_PROBLEMS = 10


@dataclass(frozen=True)
class Spoken:
    """A turn in words with times. `exact`: how many of the words have times of their own."""

    said: Said
    words: tuple[Word, ...]
    exact: int

    @property
    def span(self) -> Span:
        """From the first word's start to the last one's end."""
        return self.words[0].start_s, max(word.end_s for word in self.words)


@dataclass(frozen=True)
class Mended:
    """A document's turns that have words, by start, and how long the call is."""

    turns: tuple[Spoken, ...]
    duration_s: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """A word on its way: its own times, as far as they are usable."""

    text: str
    letters: int
    start_s: float | None
    end_s: float | None
    probability: float


def mended(document: Document) -> Mended:
    """Every turn with words, by start; raises ValueError with every turn that has no time.

    Milliseconds taken for seconds (or the reverse) are told by how fast people would speak. A word
    without usable times shares the time between its neighbours with its like, by letters. A turn
    without an end ends where the next one starts, or when its letters are spoken.
    """
    notes: Counter[str] = Counter()
    unit_s = _unit_s(document.turns)
    if unit_s != 1:
        notes["turns with times of another unit, a thousandfold off"] = len(document.turns)
    turns = [_in_seconds(turn, unit_s) for turn in document.turns]
    parts = [_parts(turn, notes) for turn in turns]
    said = [(turn, part) for turn, part in zip(turns, parts, strict=True) if part]
    problems = [
        f"turn {number}: {why}"
        for number, (turn, part) in enumerate(zip(turns, parts, strict=True))
        if part and (why := _problem(turn, part))
    ]
    if problems:
        raise ValueError("; ".join(problems[:MOST_PROBLEMS]))
    starts = sorted(_start(turn, part) for turn, part in said)
    spoken = [_spoken(turn, part, starts, notes) for turn, part in said]
    spoken.sort(key=lambda one: one.span[0])
    _check_pace(spoken)
    last = max((one.span[1] for one in spoken), default=0.0)
    told = tuple(f"{count} {what}" for what, count in sorted(notes.items()) if count)
    duration_s = _duration_s(document.duration_s, unit_s, last)
    return Mended(tuple(spoken), duration_s, (*document.notes, *told))


def _check_pace(spoken: Sequence[Spoken]) -> None:
    """Raise ValueError for cues of no length, thousands in a moment, and the like."""
    count = sum(len(turn.words) for turn in spoken)
    if count < MANY:
        return
    length_s = max(turn.span[1] for turn in spoken) - spoken[0].span[0]
    if count > MOST_WORDS_PER_S * length_s:
        raise ValueError(f"{count} words in {length_s:.1f} s: nobody speaks so fast")


def _unit_s(turns: Sequence[Said]) -> float:
    """What the turns' times count, in seconds: 1, or a thousandfold where nobody could speak so."""
    paces = [
        letters / (turn.end_s - turn.start_s)
        for turn in turns
        if turn.start_s is not None and turn.end_s is not None and turn.end_s > turn.start_s
        if (letters := sum(map(len, marks.words(turn.text))))
    ]
    # Of all turns together, one with a wrong end would take the others' times away.
    pace = median(paces) if paces else SLOWEST
    return 1.0 if SLOWEST <= pace <= FASTEST else 1e-3 if pace < SLOWEST else 1e3


def _duration_s(given: float | None, unit_s: float, last_s: float) -> float:
    """The vendor's length of the call, in seconds or in the turns' unit, if the words fit in it."""
    lengths = () if given is None else (given, given * unit_s)
    return min((one for one in lengths if last_s <= one < LONGEST_S), default=last_s)


def _in_seconds(turn: Said, unit_s: float) -> Said:
    if unit_s == 1:
        return turn

    def scaled(time_s: float | None) -> float | None:
        return None if time_s is None else time_s * unit_s

    words = tuple(
        replace(word, start_s=scaled(word.start_s), end_s=scaled(word.end_s)) for word in turn.words
    )
    return replace(turn, start_s=scaled(turn.start_s), end_s=scaled(turn.end_s), words=words)


def _parts(turn: Said, notes: Counter[str]) -> list[_Part]:
    given = turn.words or (SaidWord(turn.text),)
    return [part for word in given for part in _parts_of(word, turn.probability, notes)]


def _parts_of(word: SaidWord, otherwise: float | None, notes: Counter[str]) -> list[_Part]:
    """One, or the several that a vendor's word is in our marks and by its spaces."""
    texts = marks.words(word.text)
    sure = next((p for p in (word.probability, otherwise) if p is not None), 1.0)
    start, end = word.start_s, word.end_s
    if start is not None and end is not None and not _fits(sum(map(len, texts)), start, end):
        start, end = None if end < start else start, None
        notes["words with an end that cannot be"] += bool(texts)
    if start is None or end is None:
        return [_Part(text, len(text), start if number == 0 else None, end, sure)
                for number, text in enumerate(texts)]  # fmt: skip
    step = (end - start) / max(sum(map(len, texts)), 1)
    edges = [start + step * letters for letters in accumulate(map(len, texts), initial=0)]
    return [
        _Part(text, len(text), *span, sure)
        for text, span in zip(texts, pairwise(edges), strict=True)
    ]


def _fits(letters: int, start_s: float, end_s: float) -> bool:
    """Whether so many letters may last from start to end."""
    return 0 <= end_s - start_s <= letters / SLOWEST


def _start(turn: Said, parts: Sequence[_Part]) -> float:
    first = next((part.start_s for part in parts if part.start_s is not None), None)
    start = turn.start_s if turn.start_s is not None else first
    assert start is not None
    return max(start, 0.0)


def _problem(turn: Said, parts: Sequence[_Part]) -> str | None:
    timed = [part.start_s for part in parts if part.start_s is not None]
    longest = max(part.letters for part in parts)
    if longest > LONGEST_WORD:
        return f"a word of {longest} letters, expected at most {LONGEST_WORD}"
    if turn.start_s is None and not timed:
        return "no time"
    if turn.start_s is not None and turn.end_s is not None and turn.end_s < turn.start_s:
        return None if len(timed) == len(parts) else "it ends before it starts"
    times = [time for time in (turn.start_s, turn.end_s, *timed) if time is not None]
    if min(times) < EARLIEST_S:
        return "it starts before the call"
    if max(times) > LONGEST_S:
        return "it is more than a day after the call's start"
    return None


def _spoken(
    turn: Said, parts: Sequence[_Part], starts: Sequence[float], notes: Counter[str]
) -> Spoken:
    start, end = _bounds(turn, parts, starts, notes)
    own = _in_order([_inside(part, turn) for part in parts], notes)
    ahead = _starts_ahead(own, end)
    words: list[Word] = []
    for timed, run in groupby(own, key=lambda part: part.start_s is not None):
        group = list(run)
        next_s = ahead[len(words) + len(group) - 1]
        if timed:
            words += _timed(group, next_s)
        else:
            before_s = words[-1].end_s if words else start
            words += _shared(group, before_s, max(next_s, before_s))
    return Spoken(turn, tuple(words), sum(part.start_s is not None for part in own))


def _starts_ahead(parts: Sequence[_Part], end_s: float) -> list[float]:
    """For each word the next start behind it that is known, at last the turn's end."""
    ahead = []
    for part in reversed(parts):
        ahead.append(end_s)
        end_s = end_s if part.start_s is None else part.start_s
    return ahead[::-1]


def _bounds(
    turn: Said, parts: Sequence[_Part], starts: Sequence[float], notes: Counter[str]
) -> Span:
    start = _start(turn, parts)
    if (turn.start_s if turn.start_s is not None else start) < 0:
        notes["turns that start a little before the call"] += 1
    letters = sum(part.letters for part in parts)
    known = max((part.end_s for part in parts if part.end_s is not None), default=None)
    for end in (turn.end_s, known):
        if end is not None and _fits(letters, start, end):
            return start, end
    if not any(part.start_s is not None for part in parts):
        notes["turns without an end"] += 1
    last = max((part.start_s for part in parts if part.start_s is not None), default=start)
    spoken = last + LETTER_S * letters
    return start, min([spoken, *starts[bisect_right(starts, last) :][:1]])


def _inside(part: _Part, turn: Said) -> _Part:
    """The word without its times where they are not those of its turn."""
    early = turn.start_s is not None and part.start_s is not None and (
        part.start_s < turn.start_s - STRAY_S
    )  # fmt: skip
    late = turn.end_s is not None and part.start_s is not None and part.start_s > (
        turn.end_s + STRAY_S
    )  # fmt: skip
    return replace(part, start_s=None, end_s=None) if early or late else part


def _in_order(parts: Sequence[_Part], notes: Counter[str]) -> list[_Part]:
    """Starts that never go back: those of as many words as possible; the others are unknown."""
    timed = [(max(part.start_s, 0.0), index) for index, part in enumerate(parts)
             if part.start_s is not None]  # fmt: skip
    kept = {timed[place][1]: timed[place][0] for place in _longest_rise([at for at, _ in timed])}
    notes["words out of order"] += len(timed) - len(kept)
    return [
        replace(part, start_s=kept.get(index), end_s=part.end_s if index in kept else None)
        for index, part in enumerate(parts)
    ]


def _longest_rise(values: Sequence[float]) -> list[int]:
    """Indices of the longest part of `values` that never falls (patience sorting)."""
    tails: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect_right(tails, value, key=lambda tail: values[tail])
        before.append(tails[place - 1] if place else -1)
        tails[place : place + 1] = [index]
    rise: list[int] = []
    last = tails[-1] if tails else -1
    while last >= 0:
        rise.append(last)
        last = before[last]
    return rise[::-1]


def _timed(parts: Sequence[_Part], end_s: float) -> list[Word]:
    """Words with their own starts: each ends where the next one starts, at the latest.

    One without an end takes as long as twice its letters.
    """
    starts = [part.start_s for part in parts if part.start_s is not None]
    words = []
    for part, start, following in zip(parts, starts, [*starts[1:], None], strict=True):
        end = part.end_s
        latest = end_s if following is None else following
        if end is None or end <= start:
            end = min(latest, start + 2 * LETTER_S * part.letters)
        elif following is not None:
            end = min(end, following)
        words.append(Word(part.text, start, max(end, start), part.probability))
    return words


def _shared(parts: Sequence[_Part], start_s: float, end_s: float) -> list[Word]:
    """Words without times share what there is, by letters."""
    step = (end_s - start_s) / sum(part.letters for part in parts)
    edges = [start_s + step * n for n in accumulate((part.letters for part in parts), initial=0)]
    return [
        Word(part.text, *span, part.probability)
        for part, span in zip(parts, pairwise(edges), strict=True)
    ]
