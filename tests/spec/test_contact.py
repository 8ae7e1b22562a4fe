"""Contact: drawn calls, and logs drawn as lines of a day, a customer and a reason."""

from dataclasses import dataclass

import pandas as pd
import pytest

from pipeline.behaviours import registered
from tests.spec.specs import TALK, Spec, check

SPECS = [
    Spec("wait_time_s", TALK, 42, log={"wait_s": 42}),
    Spec("wait_time_s", TALK, None, because="no waiting time"),
    Spec("transferred", TALK, 1, log={"transfers": 2}),
    Spec("transferred", TALK, 0, log={"transfers": 0}),
    Spec("transferred", TALK, None, because="no transfers"),
]  # fmt: skip


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.behaviour}={s.value}")
def test_drawn_call(spec: Spec) -> None:
    check(spec)


Told = dict[str, float | str]
COLUMNS = ("call_id", "customer_id", "reason", "started_at", "channel", "duration_s", "transfers",
           "first_level")  # fmt: skip
FILLERS = "begin Z0 other 2026-01-01\nend Z9 other 2026-03-31"
"""A log from January to March: its windows are open on neither side unless a test says so."""


def log_of(drawn: str) -> pd.DataFrame:
    """A log of lines: call, customer, reason, start, and name=value of the other columns."""
    rows = []
    for line in filter(str.strip, drawn.splitlines()):
        call, customer, reason, start, *others = line.split()
        row = dict(zip(COLUMNS, (call, customer, reason, start), strict=False))
        rows.append(row | dict(other.split("=") for other in others))
    log = pd.DataFrame(rows, columns=list(COLUMNS)).replace("-", None)
    return log.assign(
        reason=log["reason"].str.replace("_", " "),
        started_at=pd.to_datetime(log["started_at"], utc=True, format="ISO8601"),
        duration_s=log["duration_s"].astype(float),
        transfers=log["transfers"].astype(float),
        first_level=log["first_level"].map({"yes": True, "no": False}),
    )


def measured(name: str, log: pd.DataFrame) -> pd.DataFrame:
    (found,) = [b for b in registered() if b.name == name]
    assert found.measure_log is not None
    return found.measure_log(log)


def told(name: str, drawn: str, *, fillers: str = FILLERS) -> Told:
    """What the behaviour says of each call: its value, or why it has none."""
    table = measured(name, log_of(f"{drawn}\n{fillers}"))
    return {
        str(call): row["reason"] if pd.isna(row["value"]) else float(row["value"])
        for call, row in table.iterrows()
    }


def moments(name: str, drawn: str) -> dict[str, str]:
    found = measured(name, log_of(f"{drawn}\n{FILLERS}"))["moment"].dropna()
    return {str(call): str(text) for call, text in found.items()}


REPEAT = "the call is itself a repeat"
CONTINUES = "it continues an earlier contact of the customer, such as after a transfer"
NOBODY = "the call log has no customer or no reason"
BY_CENTRE = "the centre itself began the contact"
EARLY = "the call log begins less than 7 days before the call"


@dataclass(frozen=True)
class Log:
    """A drawn log and what must be said of its calls."""

    name: str
    drawn: str
    resolved: Told
    repeated: Told


WEEK_OPEN = "the 7-day window has not closed"
UNNAMED = "the customer was in contact again for a reason that the call log does not have"
UNNAMED_BEFORE = "the customer was in contact before for a reason that the call log does not have"
LOGS = [
    Log("again within 7 days", """
        a K1 bill 2026-02-01
        b K1 bill 2026-02-06
        """, {"a": 0, "b": REPEAT}, {"a": 0, "b": 1}),
    Log("on the eighth day", """
        a K1 bill 2026-02-01T10:00
        b K1 bill 2026-02-08T10:00:01
        """, {"a": 1, "b": 1}, {"a": 0, "b": 0}),
    Log("to the second 7 days", """
        a K1 bill 2026-02-01T10:00
        b K1 bill 2026-02-08T10:00
        """, {"a": 0, "b": REPEAT}, {"b": 1}),
    Log("a repeat of a repeat", """
        a K1 bill 2026-02-01
        b K1 bill 2026-02-06
        c K1 bill 2026-02-11
        """, {"a": 0, "b": REPEAT, "c": REPEAT}, {"a": 0, "b": 1, "c": 1}),
    Log("another reason or customer", """
        a K1 bill 2026-02-01
        b K1 move 2026-02-02
        c K2 bill 2026-02-03
        """, {"a": 1, "b": 1, "c": 1}, {"a": 0, "b": 0, "c": 0}),
    Log("the same reason in other letters", """
        a K1 Late_Bill 2026-02-01
        b K1 late__bill_ 2026-02-03
        """, {"a": 0, "b": REPEAT}, {"b": 1}),
    Log("the log ends and begins", """
        a K1 bill 2026-01-02
        b K1 bill 2026-01-03
        c K2 bill 2026-03-24
        d K2 bill 2026-03-26
        e K3 bill 2026-03-25
        """, {"a": 0, "b": REPEAT, "c": 0, "d": REPEAT, "e": WEEK_OPEN},
        {"a": EARLY, "b": 1, "c": 0, "d": 1, "e": 0}),
    Log("nobody knows the customer or the reason", """
        a - bill 2026-02-01
        b - bill 2026-02-02
        c K1 - 2026-02-03
        """, {"a": NOBODY, "b": NOBODY, "c": NOBODY}, {"a": NOBODY, "b": NOBODY, "c": NOBODY}),
    Log("a contact between whose reason nobody knows", """
        a K1 bill 2026-02-01
        b K1 - 2026-02-03
        c K1 move 2026-02-05
        d K2 bill 2026-02-01
        e K2 - 2026-02-02
        f K2 bill 2026-02-03
        """, {"a": UNNAMED, "b": NOBODY, "c": 1, "d": 0, "f": REPEAT},
        {"a": 0, "b": NOBODY, "c": UNNAMED_BEFORE, "d": 0, "f": 1}),
    Log("again in another channel", """
        a K1 bill 2026-02-01 channel=phone
        b K1 bill 2026-02-02 channel=chat
        c K2 bill 2026-02-01 channel=store
        d K2 bill 2026-02-02 channel=e-mail
        """, {"a": 0, "b": REPEAT, "c": 0}, {"b": 1, "d": 1}),
    Log("the centre calls back", """
        a K1 bill 2026-02-01 channel=phone
        b K1 bill 2026-02-02 channel=callback
        c K2 bill 2026-02-01 channel=Outbound_voice
        d K2 bill 2026-02-02 channel=phone
        e K3 bill 2026-02-01 channel=Call-Back
        """, {"a": 1, "b": BY_CENTRE, "c": BY_CENTRE, "d": 1, "e": BY_CENTRE},
        {"a": 0, "b": BY_CENTRE, "d": 0}),
    Log("a transfer is no new contact, whatever its reason", """
        a K1 bill 2026-02-01T10:00:00 duration_s=300 transfers=1
        b K1 bill 2026-02-01T10:06:00 duration_s=60
        c K2 bill 2026-02-01T10:00:00 duration_s=300 transfers=1
        d K2 move 2026-02-01T10:05:30 duration_s=60
        e K2 bill 2026-02-06T10:00:00
        """, {"a": 1, "b": CONTINUES, "c": 0, "d": CONTINUES, "e": REPEAT},
        {"a": 0, "b": CONTINUES, "d": CONTINUES, "e": 1}),
    Log("from one hand to the next", """
        a K1 bill 2026-02-01T10:00:00 duration_s=60 transfers=2
        b K1 bill 2026-02-01T10:01:30 duration_s=60 transfers=1
        c K1 bill 2026-02-01T10:03:30 duration_s=60
        """, {"a": 1, "b": CONTINUES, "c": CONTINUES}, {"a": 0, "b": CONTINUES, "c": CONTINUES}),
    Log("more than 60 s after a transfer, or at once without one", """
        a K1 bill 2026-02-01T10:00:00 duration_s=300 transfers=1
        b K1 bill 2026-02-01T10:06:01
        c K2 bill 2026-02-01T10:00:00 duration_s=300 transfers=0
        d K2 bill 2026-02-01T10:05:00
        """, {"a": 0, "b": REPEAT, "c": 0, "d": REPEAT}, {"b": 1, "d": 1}),
    Log("rows that overlap", """
        a K1 bill 2026-02-01T10:00 duration_s=3600
        b K1 move 2026-02-01T10:20 duration_s=60
        c K1 bill 2026-02-01T10:59:59
        """, {"a": 1, "b": CONTINUES, "c": CONTINUES}, {"a": 0}),
    Log("rows of one time, and of an unknown length", """
        a K1 bill 2026-02-01T10:00:00
        b K1 bill 2026-02-01T10:00:00
        c K2 bill 2026-02-01T10:00:00 transfers=1
        d K2 bill 2026-02-01T10:01:00
        e K3 bill 2026-02-01T10:00:00 transfers=1
        f K3 bill 2026-02-01T10:01:01
        """, {"a": 1, "b": CONTINUES, "c": 1, "d": CONTINUES, "e": 0, "f": REPEAT}, {"f": 1}),
    Log("the reason stands in the row after the transfer", """
        a K1 - 2026-02-01T10:00 duration_s=30 transfers=1
        b K1 bill 2026-02-01T10:01 duration_s=60
        c K1 bill 2026-02-04
        """, {"a": 0, "b": CONTINUES, "c": REPEAT}, {"a": 0, "c": 1}),
    Log("what the centre began, passed on", """
        a K1 bill 2026-02-01T10:00 duration_s=60 transfers=1 channel=dialer
        b K1 bill 2026-02-01T10:01 duration_s=60 channel=phone
        c K1 bill 2026-02-04
        """, {"a": BY_CENTRE, "b": CONTINUES, "c": 1}, {"c": 0}),
]  # fmt: skip


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_drawn_log(log: Log) -> None:
    for name, expected in (
        ("first_call_resolution", log.resolved),
        ("repeat_contact_within_7d", log.repeated),
    ):
        said = told(name, log.drawn)
        assert {call: said[call] for call in expected} == expected


AGAIN = """
    a K1 bill 2026-02-01T00:00
    b K1 bill 2026-02-{day}T00:00
    """


@pytest.mark.parametrize(
    ("name", "last", "first_beyond"),
    [("fcr_1d", "02", "03"), ("first_call_resolution", "08", "09"), ("fcr_14d", "15", "16")],
)
def test_windows(name: str, last: str, first_beyond: str) -> None:
    assert told(name, AGAIN.format(day=last))["a"] == 0
    assert told(name, AGAIN.format(day=last))["b"] == REPEAT
    assert told(name, AGAIN.format(day=first_beyond))["a"] == 1
    assert told(name, AGAIN.format(day=first_beyond))["b"] == 1


def test_a_window_of_30_days() -> None:
    said = told("fcr_30d", "a K1 bill 2026-02-01\nb K1 bill 2026-03-03\nc K2 bill 2026-02-28")
    assert said["a"] == 0 and said["b"] == REPEAT and said["c"] == 1
    assert told("fcr_30d", "a K1 bill 2026-03-02")["a"] == "the 30-day window has not closed"


def test_net_leaves_out_what_no_first_level_can_resolve() -> None:
    said = told("fcr_net", """
        can K1 bill 2026-02-01 first_level=yes
        cannot K2 bill 2026-02-01 first_level=no
        unsaid K3 bill 2026-02-01
        again K4 bill 2026-02-01 first_level=yes
        later K4 bill 2026-02-02 first_level=yes
        late K5 bill 2026-03-30 first_level=yes
        """)  # fmt: skip
    assert said["can"] == 1 and said["again"] == 0
    assert said["cannot"] == "it cannot be resolved at first level"
    assert said["unsaid"] == "the call log does not say what can be resolved at first level"
    assert said["later"] == REPEAT and said["late"] == WEEK_OPEN


def test_moments_name_the_other_contact() -> None:
    drawn = """
        a K1 bill 2026-02-01T00:00 channel=phone
        b K1 bill 2026-02-04T04:48
        c K1 bill 2026-02-04T16:48 channel=Chat
        d K2 bill 2026-02-01T10:00 channel=store
        e K2 bill 2026-02-01T10:30 channel=chat
        """
    assert moments("first_call_resolution", drawn) == {
        "a": "called again 3.2 days later (call b)",
        "d": "in contact again 30.0 minutes later (chat e)",
    }
    assert moments("repeat_contact_within_7d", drawn) == {
        "b": "called 3.2 days before (call a)",
        "c": "called 12.0 hours before (call b)",
        "e": "in contact 30.0 minutes before (store d)",
    }


def test_one_call_dated_ahead_closes_no_window() -> None:
    drawn = "a K1 bill 2026-02-01\nb K2 bill 2026-02-03\nc K3 bill 2026-02-05"
    said = told("first_call_resolution", drawn, fillers="ahead K4 bill 2031-02-01")
    assert set(said.values()) == {WEEK_OPEN}


def test_an_empty_log_and_one_without_the_other_columns() -> None:
    whole = [b for b in registered() if b.measure_log is not None and b.family == "contact"]
    assert len(whole) == 6
    least = log_of("a K1 bill 2026-02-01")[["call_id", "customer_id", "reason", "started_at"]]
    for found in whole:
        assert found.measure_log is not None
        assert found.measure_log(least.iloc[:0]).empty
        assert found.measure_log(least)["value"].isna().all()
        assert found.measure_log(least)["reason"].notna().all()
