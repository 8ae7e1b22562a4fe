"""A demo centre for a bench: made once per folder, run without Prefect, its truth beside it."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from flows import configuration
from flows.demo import CentreOptions
from flows.demonstration import make
from flows.run import run
from flows.stages.site import Tally
from pipeline.store import Store

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """A centre that has been run: its store, what the run did, and the truth."""

    folder: Path
    store: Store
    tally: Tally
    planted: dict[str, Any]
    calls: pd.DataFrame


def centre(folder: Path, options: CentreOptions) -> Run:
    """Make and run; what is there already is not done again."""
    started = time.monotonic()
    config = make(folder, options)
    made = time.monotonic() - started
    settings = configuration.load(config)
    tally = run(settings, now=NOW, say=lambda _: None, under_prefect=False)
    tally.seconds = {"make": round(made, 1), **tally.seconds}
    truth = json.loads((folder / "truth" / "truth.json").read_text(encoding="utf-8"))
    calls = pd.read_parquet(folder / "truth" / "calls.parquet")
    return Run(folder, Store(settings.store.path), tally, truth, calls)
