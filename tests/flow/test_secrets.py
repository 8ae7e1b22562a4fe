"""Secrets in 200 calls, surveys and the log are in nothing that a run wrote: not after a kill, not
with everything logged."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.privacy.needles import Needles
from pipeline.privacy.traces import Trace, traces
from pipeline.store import Store
from pipeline.tables import CALLS, SURVEYS, TURNS

CALLS_PLANTED = 200
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SURNAMES = ("Okonkwo", "Lindqvist", "Abernathy", "Castellanos", "Varga")
LOG_EVERYTHING = """\
import logging, os
logging.basicConfig(level=logging.DEBUG, filename=os.environ["DEBUG_LOG"])
"""


def luhn(number: int) -> str:
    """A test card of an issuer that does not exist in the field: 4000 00.. with a check digit."""
    body = f"400000{number:09d}"
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(body)]
    return body + str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def spoken(digits: str) -> str:
    return " ".join(DIGITS[int(digit)] for digit in digits)


def planted(number: int) -> tuple[str, list[tuple[str, str]], dict[str, str]]:
    """A call: the customer's name, what is said by whom, and its secrets."""
    card, cvv = luhn(7919 * (number + 1)), f"{(number * 37 + 101) % 1000:03d}"
    phone = f"555{(number * 7919 + 1_234_567) % 10_000_000:07d}"
    ssn = f"9{(number * 104_729 + 12_345_678) % 100_000_000:08d}"
    mail = f"caller{number}x"
    name = f"Quillan{chr(97 + number % 26)}{chr(97 + number // 26)} {SURNAMES[number % 5]}"
    first = name.partition(" ")[0]
    typed = number % 2
    shown = (lambda digits: digits) if typed else spoken
    middle = card[:8]
    said = [
        ("agent", f"thank you for calling Northwind {first} how can I help"),
        ("customer", "I would like to pay my bill"),
        ("agent", "sure what is the card number"),
        ("customer", f"it is {shown(middle)}"),
        ("agent", "mm-hm"),
        ("customer", f"then {shown(card[8:])}"),
        ("agent", "and the three digits on the back"),
        ("customer", shown(cvv)),
        ("agent", "and what is your phone number please"),
        ("customer", f"my phone number is {shown(phone)}"),
        ("agent", "your social security number"),
        ("customer", shown(ssn)),
        ("agent", "and your email address"),
        ("customer", f"{mail}@example.com" if typed else f"{mail} at example dot com"),
        ("agent", "thank you everything is paid is there anything else"),
        ("customer", "no that is all thank you goodbye"),
    ]
    secrets = {
        "card": card,
        "phone": phone,
        "ssn": ssn,
        "mail": mail,
        "name": name.split(maxsplit=1)[0],
    }
    return name, said, secrets


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's own files: they hold secrets, and are not ours."""
    folder = tmp_path_factory.mktemp("input")
    lines, log, surveys = [], ["call_id,started_at,customer_id,customer_name,agent_id,reason"], [
        "survey_id,customer_id,answered_at,score,comment"
    ]  # fmt: skip
    for number in range(CALLS_PLANTED):
        name, said, secrets = planted(number)
        turns = [
            {"side": side, "start_s": 3.0 * at, "end_s": 3.0 * at + 2.5, "text": text, "words": []}
            for at, (side, text) in enumerate(said)
        ]
        lines.append(json.dumps({"call_id": f"K{number}", "language": "en",
                                 "duration_s": 3.0 * len(said), "turns": turns}))  # fmt: skip
        log.append(f"K{number},2026-03-{1 + number % 28:02d}T10:00:00Z,P{number},{name},A1,"
                   f"card {secrets['card']}")  # fmt: skip
        surveys.append(f"S{number},P{number},2026-03-30T10:00:00Z,{number % 11},"
                       f"call me on {secrets['phone']}")  # fmt: skip
    (folder / "transcripts").mkdir()
    (folder / "transcripts" / "all.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "log.csv").write_text("\n".join(log) + "\n")
    (folder / "surveys.csv").write_text("\n".join(surveys) + "\n")
    return folder


@pytest.fixture(scope="module")
def place(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where everything that a run writes goes: store, report, temporary files, home, logs."""
    folder = tmp_path_factory.mktemp("place")
    for name in ("tmp", "home", "site"):
        (folder / name).mkdir()
    (folder / "site" / "sitecustomize.py").write_text(LOG_EVERYTHING)
    (folder / "attune.toml").write_text(
        f"[transcripts]\npath = '{inputs / 'transcripts'}'\n"
        f"[call_log]\npath = '{inputs / 'log.csv'}'\n"
        f"[surveys]\npath = '{inputs / 'surveys.csv'}'\n"
        "[run]\nbatch_transcripts = 25\nworkers = 1\n"
    )
    yield folder


def started(place: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """`attune run`, with every logger at its most talkative, written down."""
    own = {"TMPDIR": str(place / "tmp"), "HOME": str(place / "home"),
           "PREFECT_LOGGING_LEVEL": "DEBUG", "DEBUG_LOG": str(place / "debug.log"),
           "PYTHONPATH": f"{place / 'site'}{os.pathsep}{Path(__file__).parents[2]}"}  # fmt: skip
    with (place / "output.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "run", "-c", str(place / "attune.toml"),
             *arguments],
            env={**os.environ, **own}, stdout=output, stderr=output,
        )  # fmt: skip


def found(place: Path) -> list[Trace]:
    texts, numbers = [], []
    for number in range(CALLS_PLANTED):
        secrets = planted(number)[2]
        texts += [secrets["mail"], secrets["name"]]
        numbers += [secrets["card"], secrets["phone"], secrets["ssn"], secrets["card"][:8]]
    return traces([place], Needles(phrases=texts, numbers=numbers))


def test_a_run_that_is_killed_leaves_no_secret(place: Path) -> None:
    process = started(place, "--plain")
    deadline = time.monotonic() + 120
    store = Store(place / "store")
    while process.poll() is None and time.monotonic() < deadline:
        if store.version(TURNS) is not None:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert found(place) == []


def test_a_run_with_everything_logged_leaves_no_secret(place: Path) -> None:
    process = started(place)
    assert process.wait(300) == 0, (place / "output.log").read_text()[-3000:]
    assert found(place) == []
    store = Store(place / "store")
    assert len(store.read(CALLS)) == len(store.read(SURVEYS)) == CALLS_PLANTED
    text = " ".join(store.read(TURNS)["text"])
    for kind in ("card", "cvv", "phone", "ssn", "email", "name"):
        assert text.count(f"[{kind}]") >= CALLS_PLANTED
    assert (place / "debug.log").stat().st_size > 0


def test_the_search_would_have_found_them(inputs: Path) -> None:
    """In the user's own files, where they stand."""
    needles = {trace.needle for trace in found(inputs)}
    assert len(needles) >= 4 * CALLS_PLANTED
