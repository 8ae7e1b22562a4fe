"""Stretches of time: sorted, disjoint `(start_s, end_s)` pairs, and the arithmetic on them."""

from collections.abc import Iterable, Sequence

Span = tuple[float, float]
"""Start and end, seconds into the recording."""


def seconds(spans: Iterable[Span]) -> float:
    """Total length."""
    return sum(end - start for start, end in spans)


def merged(spans: Iterable[Span], gap_s: float = 0.0) -> tuple[Span, ...]:
    """Sorted and disjoint; stretches at most `gap_s` apart become one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start - result[-1][1] <= gap_s:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return tuple(result)


def gaps(spans: Iterable[Span], start_s: float, end_s: float) -> tuple[Span, ...]:
    """What is left of `start_s … end_s` without `spans`."""
    result: list[Span] = []
    position = start_s
    for start, end in merged(spans):
        if start > position:
            result.append((position, min(start, end_s)))
        position = max(position, end)
        if position >= end_s:
            break
    if position < end_s:
        result.append((position, end_s))
    return tuple(span for span in result if span[1] > span[0])


def overlap(left: Sequence[Span], right: Sequence[Span]) -> tuple[Span, ...]:
    """Where both are; each of the two sorted and disjoint."""
    result: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i][0], right[j][0])
        end = min(left[i][1], right[j][1])
        if end > start:
            result.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(result)


def without(spans: Sequence[Span], removed: Sequence[Span]) -> tuple[Span, ...]:
    """`spans` with `removed` cut out; both sorted and disjoint."""
    if not spans or not removed:
        return tuple(spans)
    return overlap(spans, gaps(removed, spans[0][0], spans[-1][1]))


def inside(outer: Sequence[Span], span: Span) -> bool:
    """Whether one of `outer` contains the whole of `span`."""
    return any(start <= span[0] and span[1] <= end for start, end in outer)
