"""Contact: what the call log knows about the way to the agent, and whether one call was enough.

What a contact is, and which rows of the log are one, is told in `contacts.py`.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.behaviours.call import Call
from pipeline.behaviours.contacts import DAY_US, WHY, Flags, Ints, linked, plain
from pipeline.behaviours.register import Measure, behaviour, unknown

WINDOW_DAYS = 7
HOUR_US = DAY_US // 24
UNITS = ("minutes", "hours", "days")

REPEAT = "the call is itself a repeat"
OPEN = "the {days}-day window has not closed"
UNNAMED = "the customer was in contact again for a reason that the call log does not have"
UNNAMED_BEFORE = "the customer was in contact before for a reason that the call log does not have"
TOO_EARLY = f"the call log begins less than {WINDOW_DAYS} days before the call"
NO_LEVEL = "the call log does not say what can be resolved at first level"
NOT_FIRST_LEVEL = "it cannot be resolved at first level"

CALLED = ("", "call", "phone", "telephone", "voice", "inbound", "inbound call")
"""Channels that are a call; of any other, its name is shown."""


@behaviour(unit="s", owner="centre", expected="down", label="Wait", source="Genesys",
           from_log=True)  # fmt: skip
def wait_time_s(call: Call) -> Measure:
    """Seconds in the queue before an agent answered, by the call log. Not the agent's doing."""
    if call.wait_s is None:
        return unknown("the call log has no waiting time")
    return Measure(call.wait_s)


@behaviour(
    unit="yes/no",
    owner="centre",
    expected="down",
    label="Transferred",
    source="CX Today",
    binary=True,
    from_log=True,
)
def transferred(call: Call) -> Measure:
    """1 when the call was passed on to another agent at least once, by the call log; else 0."""
    if call.transfers is None:
        return unknown("the call log has no transfers")
    return Measure(float(call.transfers > 0))


@behaviour(
    unit="yes/no",
    owner="centre",
    expected="up",
    label="First call resolution",
    source="callcentrehelper, MetricNet",
    binary=True,
    whole_log=True,
    window_days=WINDOW_DAYS,
    version=2,
)
def first_call_resolution(calls: pd.DataFrame) -> pd.DataFrame:
    """1 when the same customer is not in contact again for the same reason within 7 days; else 0.

    A further contact in any channel counts. A transfer is none: rows that follow on each other, or
    overlap, are one contact, and only the first of them has a value. Nor is a contact that the
    centre itself began (a callback, an outbound call): it has no value and ends nobody's 7 days.

    Unknown until the 7 days have passed in the call log (which is taken to end with its last call,
    a few that are dated far ahead left out), for a call that is itself such a repeat, and where the
    customer was in contact again for a reason that is not known. When joined to a survey the window
    must also have closed before the answer. The customer's own word on it, where a survey asks, is
    another thing. Its mean over calls is the gross rate.
    """
    return _resolution(linked(calls), WINDOW_DAYS)


@behaviour(
    unit="yes/no",
    owner="centre",
    expected="up",
    label="First call resolution, 1 day",
    source="callcentrehelper, MetricNet",
    ranked=False,
    binary=True,
    whole_log=True,
    window_days=1,
)
def fcr_1d(calls: pd.DataFrame) -> pd.DataFrame:
    """First call resolution with a window of 1 day in place of 7."""
    return _resolution(linked(calls), 1)


@behaviour(
    unit="yes/no",
    owner="centre",
    expected="up",
    label="First call resolution, 14 days",
    source="callcentrehelper, MetricNet",
    ranked=False,
    binary=True,
    whole_log=True,
    window_days=14,
)
def fcr_14d(calls: pd.DataFrame) -> pd.DataFrame:
    """First call resolution with a window of 14 days in place of 7."""
    return _resolution(linked(calls), 14)


@behaviour(
    unit="yes/no",
    owner="centre",
    expected="up",
    label="First call resolution, 30 days",
    source="callcentrehelper, MetricNet",
    ranked=False,
    binary=True,
    whole_log=True,
    window_days=30,
)
def fcr_30d(calls: pd.DataFrame) -> pd.DataFrame:
    """First call resolution with a window of 30 days in place of 7."""
    return _resolution(linked(calls), 30)


@behaviour(
    unit="yes/no",
    owner="centre",
    expected="up",
    label="First call resolution, net",
    source="callcentrehelper, MetricNet",
    ranked=False,
    binary=True,
    whole_log=True,
    window_days=WINDOW_DAYS,
)
def fcr_net(calls: pd.DataFrame) -> pd.DataFrame:
    """First call resolution (7 days) of calls that can be resolved at first level.

    Unknown for the others, and where the call log's column first_level does not say. Its mean over
    calls is the net rate: resolved / (all - not resolvable at first level).
    """
    measured = _resolution(linked(calls), WINDOW_DAYS)
    level = calls.reindex(columns=["first_level"])["first_level"]
    known = level.notna().to_numpy()
    can = level.eq(True).fillna(False).to_numpy(dtype=bool)
    return measured.assign(
        value=measured["value"].where(can),
        reason=np.select([~known, ~can], [NO_LEVEL, NOT_FIRST_LEVEL], measured["reason"]),
        moment=measured["moment"].where(can, None),
    )


@behaviour(
    unit="yes/no",
    owner="centre",
    expected="down",
    label="Repeat contact",
    source="callcentrehelper, MetricNet",
    ranked=False,
    binary=True,
    whole_log=True,
)
def repeat_contact_within_7d(calls: pd.DataFrame) -> pd.DataFrame:
    """1 when the same customer was in contact for the same reason in the 7 days before; else 0.

    It looks back; which contacts count is as in first call resolution. Unknown where the call log
    begins less than 7 days before the call, or the customer was in contact in them for a reason
    that is not known, unless a repeat is found. Not ranked: it is first call resolution seen from
    the later call, and side by side the two would share one effect.
    """
    log = linked(calls)
    window = WINDOW_DAYS * DAY_US
    repeat = _us(log, "before_us") <= window
    early = _us(log, "since_begin_us") < window
    unnamed = _us(log, "unnamed_before_us") <= window
    unclear = {TOO_EARLY: early & ~repeat, UNNAMED_BEFORE: unnamed & ~repeat}
    measured = _measured(log, repeat, unclear)
    event = measured["value"].to_numpy() == 1
    return measured.assign(moment=_moments(log, event, "before"))


def _resolution(log: pd.DataFrame, days: int) -> pd.DataFrame:
    window = days * DAY_US
    again = _us(log, "after_us") <= window
    unclear = {
        REPEAT: _us(log, "before_us") <= window,
        OPEN.format(days=days): _us(log, "until_end_us") < window,
        UNNAMED: (_us(log, "unnamed_after_us") <= window) & ~again,
    }
    measured = _measured(log, ~again, unclear)
    event = measured["value"].to_numpy() == 0
    return measured.assign(moment=_moments(log, event, "after"))


def _us(log: pd.DataFrame, name: str) -> Ints:
    return log[name].to_numpy(dtype=np.int64)


def _measured(log: pd.DataFrame, value: Flags, unclear: dict[str, Flags]) -> pd.DataFrame:
    """Value or reason by call_id: why the row does not count, else the first that is unclear."""
    reasons = np.array([*WHY, *unclear], dtype=object)
    why = log["contact_why"].to_numpy()
    numbers = np.arange(len(WHY), len(reasons))
    number = np.select([why > 0, *unclear.values()], [why, *numbers], 0)
    return pd.DataFrame(
        {"value": np.where(number > 0, np.nan, value.astype(float)), "reason": reasons[number]},
        index=pd.Index(log["call_id"]),
    )


def _moments(log: pd.DataFrame, event: Flags, side: str) -> npt.NDArray[np.object_]:
    """The other contact of each event, in words: when, in which channel, and its call_id."""
    moments = np.full(len(log), None, dtype=object)
    if not event.any():
        return moments
    other = _us(log, f"{side}_row")[event]
    ids = log["call_id"].to_numpy(dtype=object)[other]
    verb, noun = _channels(log.reindex(columns=["channel"])["channel"].iloc[other])
    when = _apart(_us(log, f"{side}_us")[event])
    again, direction = (" again", " later (") if side == "after" else ("", " before (")
    moments[event] = verb + again + " " + when + direction + noun + " " + ids + ")"
    return moments


def _channels(channel: pd.Series) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """What the customer did in each channel, and what that is."""
    codes, found = pd.factorize(channel)
    texts = [plain(str(text)) for text in found]
    are_calls = [text in CALLED for text in texts]
    verbs = ["called" if called else "in contact" for called in are_calls]
    nouns = ["call" if called else text for called, text in zip(are_calls, texts, strict=True)]
    return (
        np.array([*verbs, "called"], dtype=object)[codes],
        np.array([*nouns, "call"], dtype=object)[codes],
    )


def _apart(apart_us: Ints) -> npt.NDArray[np.object_]:
    """Times in words: days, below a day hours, below an hour minutes. What differs is written."""
    unit = (apart_us >= HOUR_US).astype(np.int64) + (apart_us >= DAY_US)
    tenths = np.round(apart_us / np.array([HOUR_US // 60, HOUR_US, DAY_US])[unit] * 10)
    found, codes = np.unique(tenths.astype(np.int64) * len(UNITS) + unit, return_inverse=True)
    texts = [f"{n // len(UNITS) / 10} {UNITS[n % len(UNITS)]}" for n in found.tolist()]
    return np.array(texts, dtype=object)[codes]
