import re
from typing import Any

import numpy as np
import pandas as pd

from flows.demo import phrases
from flows.demo.manner import CUES
from flows.demo.script import LAST_PART
from flows.demo.timeline import AGENT, CUSTOMER

# What a reader would take for a cue. Written apart from the product's patterns.
LOOKS_LIKE = {
    "commitment": (AGENT, r"\bI will\b|\bI'll\b|\bI am going to\b|\bI have (?!found|your)\w+ed\b"),
    "next_step": (AGENT, r"\byou will\b|engineer will|someone will|team will|please click"),
    "timeline": (
        AGENT,
        r"\bby (mon|tues|wednes|thurs|fri|satur|the end)|\bwithin\b|tomorrow|next week|later today"
        r"|\bin about\b|o'clock|\bon (mon|tues|wednes|thurs|fri|satur)day",
    ),
    "recap": (AGENT, r"\bso, i have\b|let me (confirm|repeat)|to confirm"),
    "acknowledgement": (
        CUSTOMER,
        r"perfect|works for me|is great|is fine|sounds good|wonderful|happy with that|would be",
    ),
}  # fmt: skip


def test_no_two_calls_are_alike(told: list[Any]) -> None:
    scripts = {" ".join(line.text for line in one.script.lines) for one in told}
    assert len(scripts) == len(told)


def test_planted_cues_start_in_the_last_part(told: list[Any]) -> None:
    kept = [one.ledger.values["resolution_clarity"] == len(one.call.manner.cues) for one in told]
    assert np.mean(kept) > 0.99


def test_a_reader_counts_the_cues_that_the_ledger_counts(told: list[Any]) -> None:
    for one in told:
        late = [u for u in one.timeline.utterances
                if u.start_s >= LAST_PART * one.timeline.duration_s]  # fmt: skip
        for cue, (side, pattern) in LOOKS_LIKE.items():
            seen = any(
                re.search(pattern, u.line.text, re.IGNORECASE) for u in late if u.line.side == side
            )
            assert seen == bool(one.ledger.values[cue]), (cue, [u.line.text for u in late])


def test_what_only_sounds_like_a_cue_is_said_in_the_first_half(told: list[Any]) -> None:
    starts = tuple(text.split("{", maxsplit=1)[0] for text in phrases.EARLY_ONLY)
    shares = [
        u.end_s / one.timeline.duration_s
        for one in told
        for u in one.timeline.utterances
        if u.line.text.startswith(starts)
    ]
    assert len(shares) > 30
    assert max(shares) <= 0.55


def test_hold_is_announced_and_ended_by_thanks(told: list[Any]) -> None:
    held = [one for one in told if one.timeline.hold]
    assert len(held) > 100
    for one in held:
        ((start_s, end_s),) = one.timeline.hold
        before = [u for u in one.timeline.utterances if u.end_s <= start_s]
        asked = [u for u in before if u.line.text in _filled(phrases.HOLD_ANNOUNCEMENTS)]
        assert start_s - asked[-1].end_s <= 10
        thanks = next(u for u in one.timeline.utterances if u.start_s == end_s)
        assert thanks.line.text in phrases.HOLD_THANKS
        assert round(end_s - start_s, 2) == one.call.manner.hold_s


def _filled(options: tuple[str, ...]) -> set[str]:
    return {option for option in options if "{" not in option}


def test_dead_air_is_never_announced(told: list[Any]) -> None:
    for one in told:
        for before, after in zip(
            one.timeline.utterances, one.timeline.utterances[1:], strict=False
        ):
            silent_s = after.start_s - before.end_s
            if silent_s >= 5 and not after.line.after_hold:
                assert "hold" not in before.line.text.lower()
                assert after.line.text not in phrases.HOLD_THANKS


def test_silences_keep_away_from_the_five_seconds_of_the_definition(told: list[Any]) -> None:
    gaps = [
        after.start_s - max(u.end_s for u in one.timeline.utterances[: place + 1])
        for one in told
        for place, after in enumerate(one.timeline.utterances[1:])
    ]
    assert not [gap for gap in gaps if 3.0 < gap < 5.5]


def test_behaviours_vary_and_none_stands_in_for_another(told: list[Any]) -> None:
    values = pd.DataFrame([one.ledger.values for one in told], dtype=float)
    values["duration_s"] = [one.timeline.duration_s for one in told]
    assert (values["dead_air_s"] > 0).mean() >= 0.45
    assert 0.18 <= (values["hold_time_s"] > 0).mean() <= 0.32
    assert values["agent_sentiment"].std() > 0.1
    assert values["agent_empathy"].isna().mean() < 0.35
    assert values["resolution_clarity"].value_counts(normalize=True).min() > 0.04
    assert values["duration_s"].between(20, 90).mean() > 0.98
    measured = values.drop(columns=[*CUES, "empathic_count", "unhelpful_count", "duration_s"])
    apart = measured.corr().abs().to_numpy() - np.eye(len(measured.columns))
    assert apart.max() <= 0.6
