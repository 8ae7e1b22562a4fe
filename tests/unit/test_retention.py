"""Retention: which day is the first that is kept."""

from datetime import date

from flows.configuration import RetentionSettings
from flows.retention import Retention
from pipeline.tables import ACTIVITY, CALLS, MOMENTS, TRACKS, TURNS

TODAY = date(2026, 4, 10)


def test_without_a_term_everything_is_kept_for_ever() -> None:
    kept = Retention.of(RetentionSettings(), TODAY)
    assert not kept.since and kept.first_day(TURNS, CALLS) is None


def test_days_count_back_from_today() -> None:
    kept = Retention.of(RetentionSettings(turns=9), TODAY)
    assert kept.first_day(TURNS) == date(2026, 4, 1)
    assert kept.first_day(TRACKS) is None


def test_nothing_of_a_call_is_kept_longer_than_the_call() -> None:
    kept = Retention.of(RetentionSettings(calls=30, turns=90, moments=10), TODAY)
    assert kept.first_day(TURNS) == kept.first_day(CALLS) == date(2026, 3, 11)
    assert kept.first_day(MOMENTS) == date(2026, 3, 31)
    assert kept.since["redacted_recordings"] == date(2026, 3, 11)
    assert "recordings" not in kept.since


def test_of_several_tables_the_shortest_term_counts() -> None:
    kept = Retention.of(RetentionSettings(turns=20, activity=5), TODAY)
    assert kept.first_day(TURNS, ACTIVITY) == date(2026, 4, 5)
