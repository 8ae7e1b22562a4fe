"""How fast calls are measured: their sound, their words, and a day of 20,000 calls.

    python -m tests.bench measuring [FOLDER]

Seconds of the processor for sound and words; for the stage also the clock's, on two workers. The
store of `tests/bench/tiled.py` is kept in the folder.
"""

import cProfile
import pstats
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import TypeVar

import pandas as pd

from flows.configuration import PrivacySettings, RunSettings, Settings, StoreSettings
from flows.jobs import MeasureJob
from flows.run import run
from flows.workers import measure as measure_job
from pipeline.audio.decode import Recording
from pipeline.audio.listening import listen
from pipeline.behaviours import Behaviour, Call, behaviours_table, measure_call, registered
from pipeline.behaviours.rows import calls_of
from pipeline.behaviours.rows import frames as behaviour_frames
from pipeline.speech.sides import heard_transcript
from pipeline.store import Store
from pipeline.tables import ACTIVITY, CALLS, MOMENTS, TURNS
from tests.bench import made_calls, tiled
from tests.bench.sound import cached
from tests.truth.call import Spec

NOW = datetime(2026, 4, 1, tzinfo=UTC)
DAY_S = 300.0
"""What 20,000 calls may take."""

MANY, BATCH, SOME, HEARD = 20_000, 1000, 250, 24
GOOD_SNR_DB = 10.0
WORDS_TARGET, SOUND_TARGET = 200_000, 2000
SHOWN = 15

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What the work gives, and its seconds of the processor."""
    started = time.process_time()
    return work(), time.process_time() - started


def sound(folder: Path) -> None:
    """Listening, turns, and every behaviour of calls without words; decoding included."""
    folder.mkdir(parents=True, exist_ok=True)
    specs = [spec for spec in made_calls.specs() if spec.lines[0].snr_db >= GOOD_SNR_DB][:HEARD]
    rows = pd.DataFrame([_sound_row(folder, spec) for spec in [specs[0], *specs]][1:])
    print(f"{len(rows)} made calls of two channels, mu-law; ms for an hour, and x real time, to be "
          f"{SOUND_TARGET:,}; the first time something is loaded is left out")  # fmt: skip
    total = rows.groupby("line").sum()
    hours = total.pop("seconds") / 3600
    total = 1000 * total.div(hours, axis=0)
    times = 3_600_000 / total.sum(axis=1)
    print(total.assign(hours=hours, x=times).round(1).to_string())


def _sound_row(folder: Path, spec: Spec) -> dict[str, object]:
    made = cached(folder, spec)
    with made_calls.written(made, "mu-law") as path:
        (trace, told), listening = timed(lambda: listen(Recording((path,))))
    transcript, turning = timed(
        lambda: heard_transcript(
            "made", trace, told, {0: [], 1: []}, agent_channel=0, language="en",
            logged_hold_s=None, dropped=(),
        )
    )  # fmt: skip
    call = made_calls.call_of(transcript)
    line = "good" if trace.probability is None else "poor: with Silero"
    return {"line": line, "seconds": made.duration_s, "listening": listening, "turns": turning,
            "measuring": timed(lambda: measure_call(call))[1]}  # fmt: skip


def words(store: Store) -> None:
    """Some calls through the register: words a second, and which behaviours cost it."""
    calls = calls_of(*_read(store, BATCH, SOME))
    count = sum(len(call.words) for call in calls)
    lines = sum(timed(lambda call=call: call.lines)[1] for call in calls)  # type: ignore[misc]
    spent = {b.name: sum(_seconds(b, call) for call in calls) for b in registered() if b.measure}
    of_words = lines + sum(spent[b.name] for b in registered() if b.measure and b.from_words)
    whole = lines + sum(spent.values())
    print(f"\n{len(calls)} calls of {count / len(calls):.0f} words each; words a second: "
          f"{count / of_words:,.0f} told from words, {count / whole:,.0f} for the whole "
          f"register, to be {WORDS_TARGET:,}")  # fmt: skip
    print(f"ms a call: {1000 * lines / len(calls):.2f} for plain writing, and by behaviour "
          "(what several need is counted with the first of them)")  # fmt: skip
    each = 1000 * pd.Series(spent) / len(calls)
    print(each.sort_values(ascending=False).head(SHOWN).round(3).to_string())


def _seconds(behaviour: Behaviour, call: Call) -> float:
    assert behaviour.measure is not None
    measure = behaviour.measure
    return timed(lambda: measure(call))[1]


def _read(store: Store, first: int, count: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """CALLS, ACTIVITY and TURNS of some calls. Each figure takes calls that none before it had,
    for much is kept of a text that was met already.
    """
    known = store.read(CALLS, columns=["call_id", "call_date"]).iloc[first : first + count]
    ids, days = list(known["call_id"]), list(known["call_date"])
    calls, activity, turns = (
        store.read(table, call_ids=ids, dates=days) for table in (CALLS, ACTIVITY, TURNS)
    )
    return calls, activity, turns


def parts(store: Store, scratch: Path) -> pd.Series:
    """Seconds of the processor for one batch, part by part, as a worker and the run spend them."""
    spent = {}
    tables, spent["reading"] = timed(lambda: _read(store, 0, BATCH))
    calls, spent["making calls"] = timed(lambda: calls_of(*tables))
    measured, spent["measuring"] = timed(lambda: [measure_call(call) for call in calls])
    days = dict(zip(tables[0]["call_id"], tables[0]["call_date"], strict=True))
    versions = dict.fromkeys(days, "bench")
    made, spent["rows"] = timed(lambda: behaviour_frames(measured, days, versions))
    shutil.rmtree(scratch, ignore_errors=True)

    def write() -> None:
        keys = list(days.items())
        Store(scratch).replace_calls(behaviours_table(), made[0], keys)
        Store(scratch).replace_calls(MOMENTS, made[1], keys)

    _, spent["writing"] = timed(write)
    return pd.Series(spent)


def profile(store: Store) -> None:
    """What a batch costs, function by function."""
    known = store.read(CALLS, columns=["call_id", "call_date"]).iloc[BATCH + SOME :].head(SOME)
    days = list(known.itertuples(index=False, name=None))
    job = MeasureJob(store.root, tuple(days), {call_id: "bench" for call_id, _ in days})
    profiler = cProfile.Profile()
    profiler.runcall(measure_job, job)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(SHOWN)


def stage(root: Path, calls: int) -> dict[str, float]:
    """What `attune run` spends on measuring: seconds by the clock and of the processor."""
    root.mkdir(parents=True, exist_ok=True)
    settings = _settings(root)
    store = tiled.store(root / "store", calls)
    run(settings, now=NOW, say=_nothing, stages=(), under_prefect=False)  # ids become pseudonyms
    before = _processor_s()
    tally = run(settings, now=NOW, say=_nothing, stages=("measure",), under_prefect=False)
    assert tally.measured == calls, f"{tally.measured} of {calls} calls were measured"
    return {"clock_s": tally.seconds["measure"], "processor_s": _processor_s() - before,
            "moments": store.count(MOMENTS)}  # fmt: skip


def _nothing(_: str) -> None:
    """What a run says of itself is not shown."""


def _processor_s() -> float:
    """Of this process and of those it waited for."""
    used = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _settings(root: Path) -> Settings:
    return Settings(
        store=StoreSettings(path=root / "store"),
        run=RunSettings(workers=2),
        privacy=PrivacySettings(key_file=root / "key", audit_log=root / "audit.jsonl"),
    )


def bench(folder: Path, calls: int = MANY) -> None:
    """Print all figures."""
    sound(folder / "behaviours")
    root = folder / "measuring"
    spent = stage(root, calls)
    print(f"\n{calls:,} calls measured by the stage on 2 workers: {spent['clock_s']:.0f} s by the "
          f"clock, {spent['processor_s']:.0f} s of the processor, {spent['moments']:,.0f} moments; "
          f"{MANY:,} calls are to take {DAY_S:.0f} s")  # fmt: skip
    store = Store(root / "store")
    each = parts(store, root / "scratch")
    print(f"seconds of the processor for {BATCH} calls, {each.sum():.1f} in all")
    print(each.round(2).to_string())
    words(store)
    profile(store)
