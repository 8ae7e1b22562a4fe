"""Stretches of time, whatever they are: held against a second-by-second drawing of them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.spans import Span, gaps, inside, merged, overlap, seconds, without

LAST = 60
MOMENT = st.integers(0, LAST)
SPAN = st.tuples(MOMENT, MOMENT).map(lambda ends: (float(min(ends)), float(max(ends))))
SPANS = st.lists(SPAN, max_size=12)


def drawn(spans: tuple[Span, ...] | list[Span]) -> set[int]:
    """The whole seconds that the stretches cover."""
    return {second for start, end in spans for second in range(int(start), int(end))}


def is_sorted_and_disjoint(spans: tuple[Span, ...]) -> bool:
    return all(a[1] <= b[0] for a, b in pairwise(spans))


@given(SPANS, st.integers(0, 5))
def test_merging_covers_the_same_and_closes_small_gaps_only(spans: list[Span], gap: int) -> None:
    result = merged(spans, float(gap))
    assert all(a[1] + gap < b[0] for a, b in pairwise(result))
    assert drawn(spans) <= drawn(result)
    assert merged(result, float(gap)) == result
    if gap == 0:
        assert drawn(spans) == drawn(result)
        assert seconds(result) == len(drawn(spans))


@given(SPANS, SPAN)
def test_gaps_are_what_is_not_covered(spans: list[Span], whole: Span) -> None:
    result = gaps(spans, *whole)
    assert drawn(result) == drawn([whole]) - drawn(spans)
    assert is_sorted_and_disjoint(result)
    assert all(end > start for start, end in result)


@given(SPANS, SPANS)
def test_overlap_is_what_both_cover(left: list[Span], right: list[Span]) -> None:
    a, b = merged(left), merged(right)
    assert drawn(overlap(a, b)) == drawn(a) & drawn(b)
    assert overlap(a, b) == overlap(b, a)
    assert is_sorted_and_disjoint(overlap(a, b))


@given(SPANS, SPANS)
def test_without_takes_away_just_what_is_removed(spans: list[Span], removed: list[Span]) -> None:
    a, b = merged(spans), merged(removed)
    assert drawn(without(a, b)) == drawn(a) - drawn(b)
    assert seconds(without(a, b)) + seconds(overlap(a, b)) == seconds(a)


@given(SPANS, SPAN)
def test_inside_means_nothing_of_it_is_outside(spans: list[Span], span: Span) -> None:
    if inside(merged(spans), span):
        assert drawn([span]) <= drawn(spans)
