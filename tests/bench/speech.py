"""What the demo's recordings lose on their way through decoder, voice activity and recogniser.

    python -m tests.bench speech [FOLDER]

Word error rate against the scripts, dead air and talk share against the truth, seconds per stage.
"""

import re
from pathlib import Path

import jiwer
import pandas as pd

from flows.demo import CentreOptions
from pipeline.behaviours import behaviours_table
from pipeline.tables import CALLS, TURNS
from tests.bench.centre import Run, centre

TIMED = ("dead_air_s", "agent_talk_share", "longest_agent_monologue_s", "overtalk_s")
WORDED = ("agent_pace_wpm", "agent_sentiment", "agent_empathy", "resolution_clarity")
PLACEHOLDER = "[number]"
DIGITS = frozenset(
    ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
)


def words(text: str) -> str:
    """Lower case without marks; redacted numbers and spoken digits fall away on both sides."""
    bare = re.sub(r"[^a-z' ]", " ", text.lower().replace(PLACEHOLDER, " "))
    return " ".join(word for word in bare.split() if word not in DIGITS)


def said(turns: pd.DataFrame, side: str) -> dict[str, str]:
    """Each call's words of one side."""
    own = turns[turns["side"] == side]
    return {str(call): words(" ".join(texts)) for call, texts in own.groupby("call_id")["text"]}


def word_error_rate(run: Run, heard: list[str], side: str) -> tuple[float, int]:
    """Word error rate over all heard calls, and the number of words in the scripts."""
    recognised = said(run.store.read(TURNS), side)
    scripts = run.calls.set_index("call_id")["turns"]
    reference = {
        call: words(" ".join(turn["text"] for turn in scripts[call] if turn["side"] == side))
        for call in heard
    }
    output = jiwer.process_words(
        [reference[call] for call in heard], [recognised.get(call, "") for call in heard]
    )
    return output.wer, sum(len(text.split()) for text in reference.values())


def errors(run: Run, heard: list[str]) -> pd.DataFrame:
    """Measured against true, behaviour by behaviour."""
    measured = run.store.read(behaviours_table()).set_index("call_id").loc[heard]
    truth = run.calls.set_index("call_id").loc[heard]
    rows = []
    for name in (*TIMED, *WORDED):
        both = pd.DataFrame({"m": measured[name], "t": truth[name].astype(float)}).dropna()
        off = (both["m"] - both["t"]).abs()
        rows.append(
            {"behaviour": name, "n": len(both), "true mean": both["t"].mean(),
             "error median": off.median(), "error p90": off.quantile(0.9),
             "r": both["m"].corr(both["t"])}
        )  # fmt: skip
    return pd.DataFrame(rows)


def bench(folder: Path) -> None:
    """Print the figures of the demo's default recordings."""
    run = centre(folder / "demo-1", CentreOptions())
    calls = run.store.read(CALLS)
    heard = calls.loc[(calls["source"] == "recording") & (calls["eligible"] == True), "call_id"]  # noqa: E712
    for side in ("agent", "customer"):
        rate, n = word_error_rate(run, list(heard), side)
        print(f"word error rate, {side}: {rate:.1%} of {n} words")
    print(errors(run, list(heard)).round(3).to_string(index=False))
    dead = errors(run, list(heard)).set_index("behaviour").loc["dead_air_s"]
    print(f"dead air: median error {dead['error median']:.2f} s, 90th percentile "
          f"{dead['error p90']:.2f} s")  # fmt: skip
    seconds = ", ".join(f"{stage} {s:g}" for stage, s in run.tally.seconds.items())
    print(f"seconds per stage: {seconds}; {run.tally.audio_s:.0f} s of sound heard")
