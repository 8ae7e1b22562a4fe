"""Contacts in a call log: which rows are one contact, and which came before and after it.

A *contact* is a row of the log with the rows that continue it. A row continues an earlier one of
the same customer, whatever its reason, when it begins before that one ends, or at most 60 s after
the end of one that was passed on (`transfers` > 0). A row without a duration ends when it begins.
A contact's start and channel are those of its first row, its reason is the first that it has.
Reasons are the same whatever their case, width of letters and blanks.
"""

import unicodedata
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
NEVER_US = 2**62
"""Longer than any log, and still far from overflow when a minute is added."""
HANDED_OVER_US = 60 * SECOND_US

FROM_LOG = (
    "call_id", "customer_id", "reason", "started_at", "duration_s", "channel", "transfers",
    "first_level",
)  # fmt: skip
LINKS = (
    "contact_why", "before_us", "before_row", "after_us", "after_row", "unnamed_before_us",
    "unnamed_after_us", "since_begin_us", "until_end_us",
)  # fmt: skip

BY_CENTRE = ("outbound", "outgoing", "dialer", "dialler", "callback", "call back", "called back")
"""A channel with one of these among its words is a contact that the centre itself began."""

COUNTS, ANONYMOUS, CONTINUES, BEGUN_BY_CENTRE = range(4)
WHY = (
    None,
    "the call log has no customer or no reason",
    "it continues an earlier contact of the customer, such as after a transfer",
    "the centre itself began the contact",
)
"""Why a row is no contact that counts, by its number in `contact_why`."""

GAP_US = 7 * DAY_US
FEW = 100
LONG_GAP_US = 365 * DAY_US


def linked(calls: pd.DataFrame) -> pd.DataFrame:
    """CALLS with the columns LINKS; as it is where they are there already.

    `contact_why` is the row's number in WHY. `before_us` and `after_us` are the microseconds to the
    contacts of the same customer and reason before and after it, in the rows `before_row` and
    `after_row` (counted from 0; -1 without). `unnamed_…` are those to the customer's contacts whose
    reason nobody knows. Without such a contact they are NEVER_US. `since_begin_us` and
    `until_end_us` reach from the log's first call to this one, and on to its last (see
    `end_of_log`; what the centre began is left out); below 0 for a call outside.
    """
    if set(LINKS) <= set(calls.columns):
        return calls
    log = calls.reindex(columns=FROM_LOG)
    return calls.assign(**_links(log))


def _links(log: pd.DataFrame) -> dict[str, npt.NDArray[np.generic]]:
    start = log["started_at"].dt.as_unit("us").astype("int64").to_numpy()
    begun = _begun_by_centre(log["channel"])
    links = _unlinked(start, start[~begun])
    customer = _codes(log["customer_id"], str.strip)
    rows = _by_customer(log["call_id"], customer, start)
    first = _firsts(log, rows, customer, start)
    links["contact_why"][rows[~first]] = CONTINUES
    contact = rows[first]
    reason = _first_known(_codes(log["reason"], plain)[rows], np.flatnonzero(first))
    links["contact_why"][contact] = np.select(
        [begun[contact], reason < 0], [BEGUN_BY_CENTRE, ANONYMOUS], COUNTS
    )
    contact, reason = contact[~begun[contact]], reason[~begun[contact]]
    _link_same_reason(links, contact, customer, reason, start)
    _link_unnamed(links, contact, customer, reason, start)
    return links


def _unlinked(start: Ints, times: Ints) -> dict[str, npt.NDArray[np.generic]]:
    """The links of rows of which no customer is known, in a log of calls at these times."""
    links: dict[str, npt.NDArray[np.generic]] = {
        name: np.full(len(start), -1 if name.endswith("_row") else NEVER_US, dtype=np.int64)
        for name in LINKS
    }
    links["contact_why"] = np.full(len(start), ANONYMOUS, dtype=np.int8)
    if len(times):
        links["since_begin_us"] = start + end_of_log(-times)
        links["until_end_us"] = end_of_log(times) - start
    return links


def plain(text: str) -> str:
    """A reason or channel as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _codes(column: pd.Series, rule: Callable[[str], str]) -> Ints:
    """A number for each text, by the rule; -1 for none. Only what differs is looked at."""
    codes, found = pd.factorize(column)
    texts = pd.Series([rule(str(text)) for text in found], dtype=object)
    numbers, _ = pd.factorize(texts.where(texts != "", None))
    return np.append(numbers, -1)[codes].astype(np.int64)


def _begun_by_centre(channel: pd.Series) -> Flags:
    codes, found = pd.factorize(channel)
    words = ["".join(c if c.isalnum() else " " for c in plain(str(text))) for text in found]
    spaced = [f" {' '.join(text.split())} " for text in words]
    begun = [any(f" {mark} " in text for mark in BY_CENTRE) for text in spaced]
    return np.array([*begun, False], dtype=bool)[codes]


def _by_customer(call_id: pd.Series, customer: Ints, start: Ints) -> Ints:
    """The rows whose customer is known, by customer, start and, where both are equal, call_id."""
    order = np.lexsort((start, customer))
    order = order[np.searchsorted(customer[order], 0) :]
    equal = (np.diff(customer[order]) == 0) & (np.diff(start[order]) == 0)
    tied = order[np.append(equal, False) | np.append(False, equal)] if len(order) else order
    if not len(tied):
        return order
    by_id = tied[np.argsort(call_id.to_numpy(dtype=object)[tied], kind="stable")]
    rank = np.zeros(len(start), dtype=np.int64)
    rank[by_id] = np.arange(len(by_id))
    order = np.lexsort((rank, start, customer))
    return order[np.searchsorted(customer[order], 0) :]


def _firsts(log: pd.DataFrame, rows: Ints, customer: Ints, start: Ints) -> Flags:
    """Which of `rows` are the first of their contact."""
    own, begins = customer[rows], start[rows]
    seconds = log["duration_s"].to_numpy(dtype=float, na_value=np.nan)[rows]
    ends = begins + (np.nan_to_num(seconds).clip(min=0) * SECOND_US).astype(np.int64)
    passed_on = log["transfers"].to_numpy(dtype=float, na_value=np.nan)[rows] > 0
    busy_until = _latest_before(ends, own)
    handed_over = _latest_before(np.where(passed_on, ends, -NEVER_US), own)
    same_start = np.zeros(len(rows), dtype=bool)
    same_start[1:] = (begins[1:] == begins[:-1]) & (own[1:] == own[:-1])
    continues = (begins < busy_until) | same_start | (begins <= handed_over + HANDED_OVER_US)
    return ~continues


def _latest_before(times: Ints, customer: Ints) -> Ints:
    """The latest of the customer's times in earlier rows; -NEVER_US in the first."""
    latest = pd.Series(times).groupby(customer, sort=False).cummax().to_numpy()
    before = np.full(len(times), -NEVER_US, dtype=np.int64)
    same = customer[1:] == customer[:-1]
    before[1:][same] = latest[:-1][same]
    return before


def _first_known(codes: Ints, starts: Ints) -> Ints:
    """The first code from 0 in each stretch that begins at `starts`; -1 without."""
    if not len(starts):
        return np.empty(0, dtype=np.int64)
    places = np.where(codes >= 0, np.arange(len(codes)), len(codes))
    return np.append(codes, -1)[np.minimum.reduceat(places, starts)]


def _link_same_reason(
    links: dict[str, npt.NDArray[np.generic]], contact: Ints, customer: Ints, reason: Ints,
    start: Ints,
) -> None:  # fmt: skip
    named = reason >= 0
    rows, what = contact[named], reason[named]
    matter = customer[rows] * (what.max(initial=0) + 1) + what
    order = np.argsort(matter, kind="stable")  # contacts are in the order of time already
    rows, matter = rows[order], matter[order]
    same = matter[1:] == matter[:-1]
    earlier, later = rows[:-1][same], rows[1:][same]
    apart = start[later] - start[earlier]
    links["after_us"][earlier] = links["before_us"][later] = apart
    links["after_row"][earlier] = later
    links["before_row"][later] = earlier


def _link_unnamed(
    links: dict[str, npt.NDArray[np.generic]], contact: Ints, customer: Ints, reason: Ints,
    start: Ints,
) -> None:  # fmt: skip
    """The nearest contact without a reason, on both sides, is the nearest one in that order."""
    places = np.flatnonzero(reason < 0)
    if not len(places):
        return
    after = np.searchsorted(places, np.arange(len(contact)))
    for name, at in (("unnamed_after_us", after), ("unnamed_before_us", after - 1)):
        there = (at >= 0) & (at < len(places))
        other = contact[places[at[there]]]
        own = contact[there]
        apart = np.abs(start[other] - start[own])
        links[name][own] = np.where(customer[other] == customer[own], apart, NEVER_US)


def end_of_log(times: Ints) -> int:
    """When a log ends, in microseconds: with its last call that is not misdated.

    One call that is dated ahead would close the windows of all others. Calls after a gap of more
    than 7 days are left out where they are at most 1 % of all, for a log of a hundred calls or more
    is not as thin as that; after more than 365 days where they are fewer than half. It errs on the
    side of windows that stay open: a centre that opens again after 7 days has them open until it
    has taken 1 % more calls.
    """
    ordered = np.sort(times)
    gap = np.diff(ordered)
    behind = np.arange(len(gap), 0, -1)
    few = (gap > GAP_US) & (behind * FEW <= len(times))
    fewer = (gap > LONG_GAP_US) & (behind * 2 < len(times))
    misdated = np.flatnonzero(few | fewer)
    return int(ordered[misdated[0]] if len(misdated) else ordered[-1])
