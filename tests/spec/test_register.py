"""The register as a whole: what holds of every behaviour."""

from pipeline.behaviours import registered
from tests.spec import (
    test_contact,
    test_resolution,
    test_talking,
    test_timing,
    test_tone,
    test_tone_voice,
)


def test_every_behaviour_is_drawn() -> None:
    families = (
        test_timing, test_talking, test_tone, test_tone_voice, test_resolution, test_contact,
    )  # fmt: skip
    drawn = {spec.behaviour for family in families for spec in family.SPECS}
    drawn |= {b.name for b in registered() if b.measure_log is not None}  # tests of their own
    assert drawn == {b.name for b in registered()}


def test_a_sum_is_never_ranked_beside_its_parts() -> None:
    ranked = {b.name for b in registered() if b.ranked}
    assert not {"handle_time_s", "hold_time_s"} <= ranked
    cues = {"commitment", "next_step", "timeline", "recap", "acknowledgement"}
    assert "resolution_clarity" in ranked and not cues & ranked


def test_customer_moods_are_never_ranked() -> None:
    assert not [b.name for b in registered() if b.owner == "customer" and b.ranked]
