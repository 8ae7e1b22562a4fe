"""How numbers and effects are put into words."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.nps import nps
from pipeline.report.sentences import (
    VERDICTS,
    Estimate,
    effect_sentence,
    in_sentence,
    label_of,
    more_of,
)
from pipeline.report.wording import (
    clock,
    counted,
    effect,
    figures,
    nps_text,
    percent,
    quantity,
    signed,
)
from pipeline.tables import DRIVERS

SPACE = "\u00a0"
DEAD_AIR = Estimate(-11.0, -15.0, -7.0, 0.0, 8.0, "s", "friction", "down")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(11.4, 0, "+11"), (-11.4, 0, "−11"), (0.2, 0, "0"), (-0.2, 0, "0"), (-0.24, 1, "−0.2"),
     (-1234.0, 0, "−1,234")],
)  # fmt: skip
def test_signed(value: float, decimals: int, text: str) -> None:
    assert signed(value, decimals) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((-11.0, -15.0, -7.0), "−11 points (−15 to −7)"),
        ((-2.0, -6.0, 2.4), "−2 points (−6 to +2)"),
        ((1.4, 0.6, 2.2), "+1.4 points (+0.6 to +2.2)"),
    ],
)
def test_effect_with_its_interval(ends: tuple[float, float, float], text: str) -> None:
    assert effect(*ends) == text


def test_an_interval_without_zero_is_not_printed_as_touching_it() -> None:
    assert effect(3.0, 0.3, 5.7) == "+3.0 points (+0.3 to +5.7)"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(8.0, "s", f"8{SPACE}s"), (0.42, "share", f"42{SPACE}%"), (0.034, "share", f"3.4{SPACE}%"),
     (1.0, "yes/no", "yes"), (0.0, "yes/no", "no"), (3.5, "0–5", "3.5 (scale 0–5)"),
     (-0.25, "−1…1", "−0.25 (scale −1…1)"), (1234.4, "s", f"1,234{SPACE}s"),
     (float("nan"), "s", "unknown"), (None, "s", "unknown"), (2.0, "", "2"),
     (2.0, "count", "2")],
)  # fmt: skip
def test_quantity(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


def test_the_mean_of_a_yes_or_no_is_a_share_of_calls() -> None:
    assert quantity(0.31, "yes/no", binary=True, mean=True) == f"31{SPACE}% of calls"


def test_figures_keep_no_false_precision() -> None:
    shown = [figures(v) for v in (0.0, 0.123456, 5.6789, 56.789, 567.89, 12.0, 100.0)]
    assert shown == ["0", "0.12", "5.68", "56.8", "568", "12", "100"]
    assert [figures(v) for v in (0.0243, -0.0036, 0.05, 0.0001)] == ["0.024", "−0.004", "0.05", "0"]


def test_percent_and_counts() -> None:
    assert [percent(v) for v in (0.0, 0.005, 0.05, 0.666, 1.0)] == [
        f"{t}{SPACE}%" for t in ("0", "0.5", "5", "67", "100")
    ]
    assert [counted(n, "call") for n in (1, 0, 12345)] == ["1 call", "0 calls", "12,345 calls"]


def test_clock_of_a_long_call() -> None:
    assert [clock(s) for s in (0, 65.9, 3671)] == ["00:00", "01:05", "61:11"]


def test_nps_in_words() -> None:
    assert nps_text(nps(pd.Series([10.0] * 60 + [7.0] * 25 + [3.0] * 15))) == "+45 (29 to 58)"
    assert nps_text(nps(pd.Series([10.0] * 29))) == "hidden: fewer than 30 answers"
    assert nps_text(nps(pd.Series([10.0] * 20 + [0.0] * 20))) == "0 (−29 to +29)"


def test_a_friction_in_one_sentence() -> None:
    assert effect_sentence(DEAD_AIR, "Dead air", binary=False).replace(SPACE, " ") == (
        "More dead air goes with a lower NPS: −11 points (−15 to −7) when it rises from 0 s to 8 s."
    )


def test_a_yes_or_no_driver() -> None:
    yes = Estimate(8.0, 5.0, 11.5, 0.0, 1.0, "yes/no", "driver", "up")
    assert effect_sentence(yes, "Next step", binary=True) == (
        "“Next step” goes with a higher NPS: "
        "+8 points (+5 to +12) where it happens rather than not."
    )


@pytest.mark.parametrize("verdict", ["no evidence", "not enough data", "depends"])
def test_other_verdicts_claim_no_direction(verdict: str) -> None:
    sentence = effect_sentence(replace(DEAD_AIR, verdict=verdict), "Dead air", binary=False)
    assert "goes with a lower" not in sentence
    assert "−11 points (−15 to −7)" in sentence


def test_every_verdict_of_the_contract_is_explained() -> None:
    declared = next(c.choices for c in DRIVERS.columns if c.name == "verdict")
    assert tuple(VERDICTS) == declared


def test_a_scale_is_named_once() -> None:
    clarity = Estimate(2.0, 0.2, 4.0, 2.0, 4.0, "0–5", "driver", "up")
    sentence = effect_sentence(clarity, "Resolution clarity", binary=False)
    assert sentence.endswith("when it rises from 2 to 4 (scale 0–5).")


@pytest.mark.parametrize(
    ("label", "unit", "subject"),
    [("Dead air", "s", "More dead air"), ("Wait", "s", "Longer wait"),
     ("Handle time", "s", "Longer handle time"), ("Longest silence", "s", "A longer silence"),
     ("Agent talk share", "share", "Higher agent talk share"),
     ("Interruptions", "per turn", "More interruptions"), ("Pace", "words/min", "Higher pace")],
)  # fmt: skip
def test_the_subject_of_a_sentence(label: str, unit: str, subject: str) -> None:
    assert more_of(label, unit) == subject


def test_labels_of_known_and_unknown_behaviours() -> None:
    assert in_sentence("FCR within a day") == "FCR within a day"
    assert label_of(None, "time_on_hold_s") == "Time on hold s"
