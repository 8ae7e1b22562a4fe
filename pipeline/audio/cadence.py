"""Ring tones and beeps: bursts of one tone that come back, alike and on time, in the quiet."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from pipeline.audio.spectrum import HOP_S, Track
from pipeline.spans import Span

Mask = npt.NDArray[np.bool_]

_BLOCK = 25  # frames: half a second, over which quiet is judged
_LONGEST_ROW_S = 600.0  # a longer row is found in parts, so that hours of beeps take no longer


@dataclass(frozen=True)
class CadenceOptions:
    """What makes a burst a tone, and a row of them a signal.

    A burst is `above_db` over the quiet of the `around_s` around it and above `least_dbfs`. It
    lasts `shortest_s` to `longest_s`, keeps its level within `wobble_db` and is at most
    `flatness_db` flat, as only a few sines are, or, from `steady_s` on, `noisy_flatness_db`:
    nothing else keeps its level so long (a ring tone 15 dB over noise: −7 to −9 dB); or, within
    `still_db`, `still_flatness_db` (10 dB over noise: −5 dB). Bursts are alike within `level_db`,
    `length_s` (or the share `length` if that is more) and `tilt_db`, tilts beyond `steepest_db`
    being the noise's. They come every `periods_s` to within `jitter_s`, at least `least` times, or
    twice if each is `long_s`; `missed` in a row may be drowned. Other sound fills at most `busy` of
    the time. A signal lasts `hold_s` or more.
    """

    above_db: float = 8.0
    least_dbfs: float = -70.0
    around_s: float = 10.0
    shortest_s: float = 0.1
    longest_s: float = 3.5
    wobble_db: float = 6.5
    flatness_db: float = -10.0
    steady_s: float = 0.35
    noisy_flatness_db: float = -6.0
    still_db: float = 2.0
    still_flatness_db: float = -4.0
    level_db: float = 2.5
    tilt_db: float = 3.0
    steepest_db: float = 12.0
    length_s: float = 0.06
    length: float = 0.06
    periods_s: tuple[float, float] = (1.2, 16.0)
    jitter_s: float = 0.06
    least: int = 3
    missed: int = 1
    long_s: float = 0.8
    busy: float = 0.1
    hold_s: float = 8.0


@dataclass(frozen=True)
class Burst:
    """One tone: seconds and what it is like."""

    start_s: float
    end_s: float
    level_dbfs: float
    tilt_db: float

    @property
    def length_s(self) -> float:
        """How long it sounds."""
        return self.end_s - self.start_s


def tone_signals(
    level: Track, tilt: Track, flatness: Track, *, options: CadenceOptions = CadenceOptions()
) -> list[Span]:
    """Spans of tone signals, from the first burst into the pause after the last.

    The tracks are one channel's, (n,) each.
    """
    if not level.size:
        return []
    active = _active(level, options)
    bursts = _bursts(active, level, tilt, flatness, options)
    spans: list[Span] = []
    used = -1
    for first in range(len(bursts)):
        if first <= used:
            continue
        row = _best_row(bursts, first, active, options)
        if row is not None:
            spans.append(_extended(row, bursts[first], level, flatness, options))
            used = row.last
    return spans


@dataclass(frozen=True)
class _Row:
    """Bursts that belong together: the last one's number, the signal's seconds, and the next."""

    last: int
    span: Span
    period_s: float
    due_s: float


def _active(level: Track, options: CadenceOptions) -> Mask:
    """Frames over the quiet before them and over the quiet after them.

    Both, for where a switch takes over, the line's noise gives way to digital silence.
    """
    blocks = np.pad(level, (0, -level.size % _BLOCK), mode="edge").reshape(-1, _BLOCK)
    low = np.sort(blocks, axis=1)[:, _BLOCK // 5]
    reach = round(options.around_s / 2 / HOP_S / _BLOCK)
    low = ndimage.percentile_filter(
        np.pad(low, reach, mode="edge"), 15, size=2 * reach, mode="nearest"
    )
    quiet = np.repeat(np.maximum(low[: -2 * reach], low[2 * reach :]), _BLOCK)[: level.size]
    result: Mask = level > np.maximum(quiet + options.above_db, options.least_dbfs)
    return result


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _bursts(
    active: Mask, level: Track, tilt: Track, flatness: Track, options: CadenceOptions
) -> list[Burst]:
    bursts = []
    for start, end in _runs(active):
        if not options.shortest_s <= (end - start) * HOP_S <= options.longest_s:
            continue
        inside = slice(start + 1, max(end - 1, start + 2))
        wobble = _wobble(level[inside])
        flattest = options.flatness_db
        if (end - start) * HOP_S >= options.steady_s:
            still = wobble <= options.still_db
            flattest = options.still_flatness_db if still else options.noisy_flatness_db
        if wobble <= options.wobble_db and np.median(flatness[inside]) <= flattest:
            steepest = options.steepest_db
            bursts.append(
                Burst(
                    start * HOP_S,
                    end * HOP_S,
                    float(np.median(level[inside])),
                    float(np.clip(np.median(tilt[inside]), -steepest, steepest)),
                )
            )
    return bursts


def _wobble(level: Track) -> float:
    """P90 − P10 of a few frames."""
    ranked, tenth = np.sort(level), level.size // 10
    return float(ranked[-1 - tenth] - ranked[tenth])


def _best_row(
    bursts: list[Burst], first: int, active: Mask, options: CadenceOptions
) -> _Row | None:
    """The longest regular row of bursts like the first one."""
    lead = bursts[first]
    alike = _like_first(bursts, first, options)
    shortest, longest = options.periods_s
    best: _Row | None = None
    for other in alike[1:]:
        period = bursts[other].start_s - lead.start_s
        if period > longest:
            break
        if period >= shortest:
            row = _row(bursts, alike, period, active, options)
            if row is not None and (best is None or row.span[1] > best.span[1]):
                best = row
    return best


def _like_first(bursts: list[Burst], first: int, options: CadenceOptions) -> list[int]:
    """The first burst and those like it, until none comes for longer than a period."""
    alike = [first]
    for number in range(first + 1, len(bursts)):
        start_s = bursts[number].start_s
        if start_s - bursts[alike[-1]].start_s > options.periods_s[1] + 1:
            break
        if start_s - bursts[first].start_s > _LONGEST_ROW_S:
            break
        if _alike(bursts[first], bursts[number], options):
            alike.append(number)
    return alike


def _alike(one: Burst, other: Burst, options: CadenceOptions) -> bool:
    return (
        abs(one.level_dbfs - other.level_dbfs) <= options.level_db
        and abs(one.tilt_db - other.tilt_db) <= options.tilt_db
        and abs(one.length_s - other.length_s)
        <= max(options.length_s, options.length * one.length_s) + 1e-9
    )


def _row(
    bursts: list[Burst], alike: list[int], period: float, active: Mask, options: CadenceOptions
) -> _Row | None:
    """The bursts that come every period, if they are enough and little else is heard.

    A double ring's second burst lies between two periods and belongs to the row, too.
    """
    lead, last, found, count = bursts[alike[0]], alike[0], 1, 1
    for number in alike[1:]:
        late = bursts[number].start_s - (lead.start_s + count * period)
        slack = options.jitter_s + HOP_S / 2 * count  # the period is known to half a frame
        drowned = max(round(late / period), 0)
        if drowned > options.missed or (drowned and not _loud(active, lead, count, period)):
            break
        if abs(late - drowned * period) <= slack:
            last, found, count = number, found + 1, count + drowned + 1
    last = max(n for n in alike if bursts[n].start_s < bursts[last].start_s + 0.5 * period)
    least = 2 if lead.length_s >= options.long_s else options.least
    end_s = _pause_end(active, bursts[last], lead.start_s + count * period)
    span = (lead.start_s, end_s)
    own = sum(bursts[n].length_s for n in alike if n <= last)
    busy = float(active[_frames(span)].sum()) * HOP_S - own
    if (
        found < least
        or end_s - lead.start_s < options.hold_s
        or busy > options.busy * (end_s - lead.start_s)
    ):
        return None
    return _Row(last, span, period, lead.start_s + count * period)


def _extended(
    row: _Row, lead: Burst, level: Track, flatness: Track, options: CadenceOptions
) -> Span:
    """With the bursts before and after that are no louder than the line's noise around the hold.

    A switch that mutes the line makes the quiet that the others stand out of.
    """

    def tone(start_s: float) -> bool:
        at = _frames((start_s + HOP_S, start_s + lead.length_s - HOP_S))
        if start_s < 0 or at.stop > level.size:
            return False
        return (
            abs(float(np.median(level[at])) - lead.level_dbfs) <= options.level_db
            and _wobble(level[at]) <= options.wobble_db
            and float(np.median(flatness[at])) <= options.flatness_db
        )

    start_s, end_s = row.span
    while tone(start_s - row.period_s):
        start_s -= row.period_s
    due_s = row.due_s
    while tone(due_s):
        end_s, due_s = due_s + lead.length_s, due_s + row.period_s
    return start_s, end_s


def _loud(active: Mask, lead: Burst, count: int, period: float) -> bool:
    """Whether any sound fills the time at which the burst of that number was due."""
    due_s = lead.start_s + count * period
    heard = active[_frames((due_s, due_s + lead.length_s))]
    return bool(heard.size and heard.mean() > 0.8)


def _pause_end(active: Mask, last: Burst, until_s: float) -> float:
    """When the next sound after the last burst begins, if it comes before the next one was due.

    Else half the pause: the signal ended somewhere in it.
    """
    after = active[_frames((last.end_s + HOP_S, until_s))]
    if after.any():
        return last.end_s + HOP_S + float(np.argmax(after)) * HOP_S
    return float(min((last.end_s + until_s) / 2, active.size * HOP_S))


def _frames(span: Span) -> slice:
    return slice(round(span[0] / HOP_S), round(span[1] / HOP_S))
