"""Copies: which stretches of a call's recording are silenced before anybody may play it."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from pipeline.behaviours.call import Word
from pipeline.spans import Span, merged, seconds, without

ENDING = ".flac"
UNFINISHED = ".part"

_NAME_LENGTH = 40
"""Hexadecimal digits, 160 bits: no two call ids share a name."""


@dataclass(frozen=True)
class CopyOptions:
    """How much is silenced around what is secret, and when speech counts as read by nobody.

    `margin_s` is added at both ends of everything. Placeholders at most `near_s` apart become one:
    what was said between them may be a digit that was not recognised. Speech of a side between two
    of its words is unread when it is longer than `unread_s`. Within `doubt_s` of a placeholder it
    is when it is longer than `scrap_s`, and there a word with a probability below `sure` reads
    nothing: "Kevin" was seven. `turn_margin_s`: how far the times of a whole turn may be off.

    Chosen on 40 calls with a card number, heard by the demo's model, where only digits that it took
    for digits had placeholders. Of 760 digits 136 could be heard (80 ms and more of them) with the
    placeholders silenced alone, 23 with margins, joins and what is unread, 2 with what is doubtful;
    of speech about other things 2.4 % is lost.
    """

    margin_s: float = 0.25
    near_s: float = 3.0
    doubt_s: float = 5.0
    unread_s: float = 0.6
    scrap_s: float = 0.2
    sure: float = 0.7
    turn_margin_s: float = 1.0


def copy_name(call_id: str) -> str:
    """The file name of a call's redacted copy: a hash, so any id is safe and no name tells one."""
    digest = hashlib.sha256(call_id.encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:_NAME_LENGTH] + ENDING


def copies_of(folder: Path, call_id: str) -> tuple[Path, Path]:
    """A call's redacted copy, and what a kill may have left of one that was being written."""
    name = copy_name(call_id)
    return folder / name, folder / f"{name}{UNFINISHED}"


def silences(
    words: Mapping[str, Sequence[Word]],
    speech: Mapping[str, Sequence[Span]],
    duration_s: float,
    *,
    untimed: Sequence[Span] = (),
    options: CopyOptions = CopyOptions(),
) -> tuple[Span, ...]:
    """The stretches, sorted and disjoint, that every channel of the copy is silent in.

    `words` by side, redacted; `speech` by side, as it was heard. Placeholders are silenced, and
    speech that has no words: what nobody has read is not played. `untimed` are turns of a
    transcript whose words have no times of their own; one that a placeholder lies in is silenced
    whole. Nothing ends after `duration_s`.
    """
    secrets = _secrets(words, untimed, options)
    unread = [
        group
        for side, heard in speech.items()
        for group in _unread(heard, words.get(side, ()), secrets, options)
    ]
    return _cut(_wider([*merged(secrets, options.near_s), *unread], options.margin_s), duration_s)


def _secrets(
    words: Mapping[str, Sequence[Word]], untimed: Sequence[Span], options: CopyOptions
) -> tuple[Span, ...]:
    """Every placeholder of either side, and every turn without times in which there is one."""
    found = _spans(word for said in words.values() for word in said if word.is_redacted)
    turns = [wide for wide in _wider(untimed, options.turn_margin_s) if _distance(found, wide) <= 0]
    return merged([*found, *turns])


def _unread(
    speech: Sequence[Span], said: Sequence[Word], secrets: Sequence[Span], options: CopyOptions
) -> Iterator[Span]:
    """Speech of a side that none of its words covers, where it is too much to be a breath."""
    for group, length_s in _uncovered(speech, said, options.near_s):
        if length_s > options.unread_s:
            yield group
    sure = [word for word in said if word.probability >= options.sure or word.is_redacted]
    for group, length_s in _uncovered(speech, sure, options.near_s):
        if length_s > options.scrap_s and _distance(secrets, group) <= options.doubt_s:
            yield group


def _uncovered(
    speech: Sequence[Span], said: Sequence[Word], pause_s: float
) -> Iterator[tuple[Span, float]]:
    """Speech without words, and how much of it is in a stretch; pauses in it are at most `pause_s`.

    A slow voice says "four", "one", "one" in stretches of their own: no word between, so they are
    one.
    """
    covered = _spans(said)
    pieces = without(merged(speech), covered)
    places = [bisect_left(covered, start, key=itemgetter(0)) for start, _ in pieces]
    first = 0
    for last, (_, end) in enumerate(pieces):
        after = last + 1
        together = after < len(pieces) and places[after] == places[last]
        if not together or pieces[after][0] - end > pause_s:
            yield (pieces[first][0], end), seconds(pieces[first:after])
            first = after


def _spans(words: Iterable[Word]) -> tuple[Span, ...]:
    return merged((word.start_s, max(word.start_s, word.end_s)) for word in words)


def _distance(spans: Sequence[Span], span: Span) -> float:
    """Seconds to the nearest of `spans`, sorted and disjoint; 0 and less where they touch."""
    after = bisect_left(spans, span[0], key=itemgetter(0))
    return min(
        (
            max(start - span[1], span[0] - end)
            for start, end in spans[max(after - 1, 0) : after + 1]
        ),
        default=float("inf"),
    )


def _wider(spans: Iterable[Span], margin_s: float) -> list[Span]:
    return [(start - margin_s, end + margin_s) for start, end in spans]


def _cut(spans: Iterable[Span], duration_s: float) -> tuple[Span, ...]:
    """Merged, and what of them lies in the recording."""
    inside = ((max(start, 0.0), min(end, duration_s)) for start, end in merged(spans))
    return tuple(span for span in inside if span[0] < span[1])
