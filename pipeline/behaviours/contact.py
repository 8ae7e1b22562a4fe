"""Contact: what the call log knows about the way to the agent, and whether one call was enough."""

import numpy as np
import pandas as pd

from pipeline.behaviours.call import Call
from pipeline.behaviours.register import Measure, behaviour, unknown

FCR_WINDOW = pd.Timedelta(days=7)

REPEAT = "the call is itself a repeat"
OPEN = "the 7-day window has not closed"
ANONYMOUS = "the call log has no customer or no reason"


@behaviour(unit="s", owner="centre", expected="down", label="Wait", source="Genesys")
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
)
def first_call_resolution(calls: pd.DataFrame) -> pd.DataFrame:
    """1 when the same customer does not call again for the same reason within 7 days; else 0.

    Unknown until the 7 days have passed in the call log (which is taken to end with its last call),
    and for a call that is itself such a repeat. When joined to a survey the window must also have
    closed before the answer. The customer's own word on it, where a survey asks, is another thing.
    """
    log = calls[["call_id", "customer_id", "reason", "started_at"]]
    log = log.sort_values(["customer_id", "reason", "started_at", "call_id"])
    groups = log.groupby(["customer_id", "reason"], sort=False)["started_at"]
    # diff() of a group's times: to the previous contact, and (negated) to the next one.
    repeat = (groups.diff() <= FCR_WINDOW).to_numpy()
    returned = (-groups.diff(-1) <= FCR_WINDOW).to_numpy()
    still_open = (log["started_at"] + FCR_WINDOW > log["started_at"].max()).to_numpy()
    anonymous = log[["customer_id", "reason"]].isna().any(axis=1).to_numpy()
    why = np.select([anonymous, repeat, still_open], [ANONYMOUS, REPEAT, OPEN], default="")
    value = np.where(why == "", 1.0 - returned, np.nan)
    measured = pd.DataFrame({"value": value, "reason": why}, index=log["call_id"])
    return measured.assign(reason=measured["reason"].replace("", None))
