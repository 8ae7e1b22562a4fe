"""A made-up centre's tables for the report's tests, with ids and quotes that mean harm."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.behaviours.register import Behaviour, Direction, Owner
from pipeline.nps import answer_class
from pipeline.report import ReportTables

SCRIPT = "<script>document.title='owned'</script>"
QUOTE = f"""he said "it's {SCRIPT} & done" """
RIGHT_TO_LEFT = "شكرا جزيلا على المساعدة"
SEGMENTS = ("Retail", "Business / B2B", "عملاء <b>VIP</b>")
THIN_SEGMENT = "Trial"
AGENTS = (
    "agent-01", "agent-02", "../../etc/passwd", "Zoë Ünal/2.x", "=cmd|' /C calc'!A0",
    SCRIPT, "\u202eevil\x07", "agent-08",
)  # fmt: skip
NEW_AGENT = "agent-new"
START = pd.Timestamp("2025-03-03T08:00:00Z")


def made_up_behaviour(
    name: str,
    label: str,
    unit: str,
    *,
    owner: Owner = "agent",
    expected: Direction = "down",
    ranked: bool = True,
) -> Behaviour:
    return Behaviour(
        name=name, label=label, unit=unit, owner=owner, expected=expected, ranked=ranked,
        definition=f"{label}, as counted in `{name}`.\n\nMeasured & compared where a < b.",
        source="contact-centre practice", family="timing" if unit == "s" else "talking",
        version=1, binary=unit == "yes/no", sided=unit == "share",
    )  # fmt: skip


BEHAVIOURS = (
    made_up_behaviour("dead_air_s", "Dead air", "s"),
    made_up_behaviour("wait_time_s", "Wait", "s", owner="centre"),
    made_up_behaviour("longest_silence_s", "Longest silence", "s"),
    made_up_behaviour("agent_talk_share", "Agent talk share", "share", expected="none"),
    made_up_behaviour("agent_pace_wpm", "Pace", "words/min", expected="none"),
    made_up_behaviour("resolution_clarity", "Resolution clarity", "0–5", expected="up"),
    made_up_behaviour("next_step", "Next step", "yes/no", expected="up"),
    made_up_behaviour("transferred", "Transferred", "yes/no", owner="centre"),
    made_up_behaviour("hold_time_s", "Hold", "s", ranked=False),
    made_up_behaviour("customer_sentiment_end", "Customer sentiment at the end", "−1…1",
                      owner="customer", expected="up", ranked=False),
)  # fmt: skip
RANKED = tuple(b for b in BEHAVIOURS if b.ranked)


@dataclass(frozen=True)
class Effect:
    points: float
    half_width: float
    verdict: str
    direction: str
    values: tuple[float, float]


EFFECTS = {
    "dead_air_s": Effect(-11.0, 4.0, "friction", "down", (0.0, 8.0)),
    "next_step": Effect(8.2, 3.6, "driver", "up", (0.0, 1.0)),
    "transferred": Effect(-6.4, 4.9, "friction", "down", (0.0, 1.0)),
    "agent_pace_wpm": Effect(-1.2, 2.9, "depends", "middle", (128.0, 161.0)),
    "wait_time_s": Effect(-2.6, 2.1, "friction", "down", (12.0, 95.0)),
    "resolution_clarity": Effect(2.2, 2.0, "driver", "up", (2.0, 4.0)),
    "agent_talk_share": Effect(0.6, 4.4, "no evidence", "up", (0.41, 0.58)),
    "longest_silence_s": Effect(-0.3, 6.2, "no evidence", "down", (4.0, 14.5)),
}


def made_up_tables(n_calls: int = 900, seed: int = 7) -> ReportTables:
    rng = np.random.default_rng(seed)
    calls = _calls(n_calls, rng)
    measured = _measured(calls, rng)
    surveys = _surveys(calls, rng)
    return ReportTables(
        drivers=made_up_drivers(),
        focus=_focus(),
        follow_ups=_follow_ups(calls),
        moments=_moments(calls, rng),
        joined=_joined(calls, measured, surveys),
        calls=calls,
        surveys=surveys,
        behaviours=measured,
        quarantine=_quarantine(),
        activity=_activity(calls),
    )


def made_up_drivers() -> pd.DataFrame:
    rows = [
        _driver(segment, name, rank, effect, 1.0 - 0.3 * s)
        for s, segment in enumerate((*SEGMENTS, THIN_SEGMENT))
        for rank, (name, effect) in enumerate(EFFECTS.items(), start=1)
    ]
    return pd.DataFrame(rows)


def _driver(segment: str, name: str, rank: int, effect: Effect, size: float) -> dict[str, object]:
    borrowed = segment == THIN_SEGMENT
    points, half, (low, high) = effect.points * size, effect.half_width * size, effect.values
    bend = -18.0 if effect.direction == "middle" else 0.0
    shape = [(t, points * t + bend * (t - 0.5) ** 2) for t in np.linspace(0, 1, 9)]
    return {
        "segment": segment, "behaviour": name, "effect_points": points,
        "ci_low": points - half, "ci_high": points + half, "level": 0.9, "p_value": 0.01,
        "q_value": 0.04, "strength_points": abs(points) / 2 + 0.4, "rank": rank,
        "rank_low": max(1, rank - 1), "rank_high": min(len(EFFECTS), rank + 2),
        "verdict": "not enough data" if borrowed else effect.verdict,
        "direction": effect.direction,
        "expected_direction": next(b.expected for b in BEHAVIOURS if b.name == name),
        "raw_effect_points": _raw(name, points) if not borrowed else None,
        "between_agents_points": None if name == "transferred" else points * 0.6,
        "robustness": 0.12 if effect.verdict != "no evidence" else None,
        "from_value": low, "to_value": high,
        "unit": next(b.unit for b in BEHAVIOURS if b.name == name),
        "curve": [{"value": low + t * (high - low), "points": p} for t, p in shape],
        "estimated_on": "borrowed" if borrowed else "own",
        "n_surveys": 41 if borrowed else 620, "n_promoters": 20 if borrowed else 310,
        "n_detractors": 9 if borrowed else 120, "n_agents": 8 if borrowed else 44,
        "notes": "Goes together with wait_time_s: hard to tell apart." if rank == 1 else None,
    }  # fmt: skip


def _raw(name: str, points: float) -> float:
    """Unadjusted, waiting seems to go with a higher NPS: Simpson's paradox."""
    return -points if name == "wait_time_s" else points * 1.4


def _calls(n: int, rng: np.random.Generator) -> pd.DataFrame:
    segments = np.array([*SEGMENTS, THIN_SEGMENT], dtype=object)
    started = START + pd.to_timedelta(np.arange(n) * 17, unit="min")
    source = rng.choice(["recording", "transcript", "none"], n, p=[0.8, 0.15, 0.05]).astype(object)
    heard = rng.random(n) > 0.06
    eligible = [None if s == "none" else bool(h) for s, h in zip(source, heard, strict=True)]
    agents = np.array(AGENTS, dtype=object)[rng.integers(0, len(AGENTS), n)]
    agents[:5] = NEW_AGENT
    return pd.DataFrame({
        "call_id": [f"call/{i:05d}" for i in range(n)],
        "call_date": started.date, "started_at": started, "duration_s": rng.gamma(4, 80, n),
        "agent_id": agents,
        "customer_id": [f"c{i % 400}" for i in range(n)],
        "segment": segments[rng.choice(4, n, p=[0.5, 0.3, 0.17, 0.03])],
        "brand": None, "region": np.array(["North", "South"], dtype=object)[np.arange(n) % 2],
        "channel": "phone",
        "team": ["Blue" if a in AGENTS[:4] else None if a == NEW_AGENT else "Team <i>Red</i>"
                 for a in agents],
        "source": source, "eligible": pd.Series(eligible, dtype=object),
        "why_not": ["only one side speaks" if e is False else None for e in eligible],
    })  # fmt: skip


def _measured(calls: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    found = calls.loc[calls["source"] != "none", ["call_id", "call_date"]].reset_index(drop=True)
    n = len(found)
    values = {
        b.name: (rng.random(n) < 0.4).astype(float) if b.binary
        else rng.random(n) if b.unit == "share" else rng.gamma(2.0, 6.0, n)
        for b in BEHAVIOURS
    }  # fmt: skip
    values["hold_time_s"][::3] = np.nan
    unknown = [
        [{"behaviour": "hold_time_s", "reason": f"no hold data {SCRIPT}"}] if i % 3 == 0 else []
        for i in range(n)
    ]
    return found.assign(version="v1", unknown=pd.Series(unknown), **values)


def _surveys(calls: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    asked = calls.iloc[::2].reset_index(drop=True)
    n = len(asked)
    scores = rng.choice(
        np.arange(11.0), n, p=[0.03, 0.02, 0.03, 0.03, 0.04, 0.05, 0.05, 0.1, 0.15, 0.2, 0.3]
    )
    scores[::3] = np.nan
    invited = asked["started_at"] + pd.Timedelta(hours=2)
    return pd.DataFrame({
        "survey_id": [f"s{i}" for i in range(n)], "customer_id": asked["customer_id"],
        "call_id": asked["call_id"], "invited_at": invited,
        "answered_at": invited.where(pd.Series(~np.isnan(scores))),
        "kind": ["csat" if i % 20 == 1 else "nps" for i in range(n)], "scale": "0-10",
        "mode": np.array(["email", "phone"], dtype=object)[np.arange(n) % 2], "score": scores,
        "class": [None if np.isnan(s) else answer_class(s) for s in scores],
        "comment": QUOTE,
    })  # fmt: skip


def _joined(calls: pd.DataFrame, measured: pd.DataFrame, surveys: pd.DataFrame) -> pd.DataFrame:
    """Every invitation with two calls, and the calls never surveyed: a score stands twice."""
    asked = surveys.assign(invitation_id=surveys["survey_id"])
    asked["survey_id"] = asked["survey_id"].where(asked["score"].notna(), None)
    asked = asked.rename(columns={"call_id": "surveyed"})[
        ["invitation_id", "survey_id", "kind", "scale", "mode", "score", "answered_at", "surveyed"]
    ]
    earlier = asked.assign(surveyed=asked["surveyed"].shift(1)).iloc[1:]
    pairs = pd.concat([asked, earlier], ignore_index=True).rename(columns={"surveyed": "call_id"})
    columns = ["call_id", "started_at", "agent_id", "customer_id", "segment"]
    joined = calls[columns].merge(pairs, on="call_id", how="left")
    names = ["call_id", *(b.name for b in BEHAVIOURS)]
    return joined.merge(measured[names], on="call_id").assign(days_before_survey=1.0)


def _focus() -> pd.DataFrame:
    plan = [
        ("dead_air_s", "change", 14.2, 9.0, 4.1, 2.9, 1.3),
        ("next_step", "change", 0.31, 0.5, 0.7, 1.8, 0.9),
        ("longest_silence_s", "change", 19.0, 12.0, 8.0, 0.6, 0.5),
        ("agent_talk_share", "keep", 0.45, 0.5, 0.46, 1.2, 0.6),
    ]
    rows = [
        {
            "agent_id": agent, "team": "Blue" if agent in AGENTS[:4] else "Team <i>Red</i>",
            "segment_mix": "Retail 60 %, Business / B2B 40 %", "behaviour": name, "kind": kind,
            "current": current, "peers_median": median, "peers_best_quartile": best,
            "target": best if kind == "change" else current,
            "unit": next(b.unit for b in BEHAVIOURS if b.name == name),
            "gain_points": gain, "gain_low": gain - half, "gain_high": gain + half,
            "n_calls": 96, "n_surveys": 31,
            "moments": np.array([
                {"call_id": "call/00010", "start_s": 65.2, "end_s": 77.0, "quote": QUOTE},
                {"call_id": "call/00011", "start_s": 3671.0, "end_s": 3690.0, "quote": None},
            ]) if name != "agent_talk_share" else None,
            "note": None,
        }
        for agent in AGENTS[:6] for name, kind, current, median, best, gain, half in plan
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _follow_ups(calls: pd.DataFrame) -> pd.DataFrame:
    last = calls.tail(12).reset_index(drop=True)
    n_similar = np.array([80, 12] * 6)
    return pd.DataFrame({
        "call_id": last["call_id"], "agent_id": last["agent_id"], "segment": last["segment"],
        "started_at": last["started_at"], "detractor_share": 0.43, "share_low": 0.33,
        "share_high": 0.53, "n_similar": n_similar,
        "n_detractors": (n_similar * 0.43).astype(int),
        "reasons": f"dead_air_s, transferred {SCRIPT}",
        "due_at": last["started_at"] + pd.Timedelta(hours=36),
    })  # fmt: skip


def _moments(calls: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        {"call_id": call, "call_date": START.date(), "behaviour": name, "moment": k, "kind": kind,
         "side": side, "start_s": 30.0 + 40 * k, "end_s": 30.0 + 40 * k + rng.integers(5, 20),
         "quote": quote, "confidence": None if quote is None else 0.9, "contested": k == 1}
        for call in calls["call_id"][:200]
        for k in range(2)
        for name, kind, side, quote in (
            ("dead_air_s", "dead air", "unknown", None),
            ("next_step", "next step", "agent", QUOTE if k == 0 else "contested words"),
            ("customer_sentiment_end", "words", "customer", RIGHT_TO_LEFT),
        )
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _quarantine() -> pd.DataFrame:
    rows = [("recording", f"day 1/{i} {SCRIPT}.wav", "the file is empty") for i in range(7)]
    rows += [("survey row", "surveys.csv, row 12", "score 11, expected 0 to 10")]
    return pd.DataFrame(rows, columns=["what", "where", "why"]).assign(
        first_seen=START, last_seen=START
    )


def _activity(calls: pd.DataFrame) -> pd.DataFrame:
    done = calls[calls["source"] != "none"]
    return done[["call_id", "call_date", "source", "duration_s"]].assign(
        version="v1", channels=2, sides="as configured", room=False, timing_confidence=1.0
    )
