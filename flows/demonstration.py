"""`attune demo`: make the contact centre, write its configuration, run it."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from flows import configuration
from flows.configuration import PrivacySettings
from flows.demo import CentreOptions, make_centre
from flows.progress import watched
from flows.run import run
from flows.summary import lines
from pipeline.speech.model import SpeechOptions

MODEL = Path(__file__).parent.parent / "models" / "speech" / "demo-en-int8"

SPEECH = SpeechOptions(
    model=MODEL.as_posix(), device="cpu", compute_type="int8", window_s=10.0, fitted_windows=True
)
"""What the demo's speech runs on."""

KEY = "nobody-in-this-centre-exists"
"""Of the demo's pseudonyms: the same ones every time."""

CONFIGURATION = """\
# The demo's configuration. Paths are relative to this file.

[store]                      # the Delta tables
path = "store"

[recordings]                 # one file per call, named like its call_id
path = "recordings"
agent_channel = 0            # 0: the agent is on the left channel

[transcripts]                # calls that exist as text only
path = "transcripts"

[call_log]                   # columns are called as we call them, so none is mapped
path = "call_log.csv"

[surveys]
path = "surveys.csv"

[workforce]
path = "workforce.csv"

[speech]                     # for the demo's voices; for real calls "small.en" or larger
model = "{model}"
device = "cpu"
compute_type = "int8"
window_s = {window_s:g}                # this small model loses its way in windows that are full
fitted_windows = true        # it was trained with short windows; published models were not

[rank]
contexts = ["reason", "queue", "channel", "tenure_days"]   # held constant
window_days = 30

[privacy]
recordings = "redacted"      # copies of the recordings, silent where a secret was said

[report]
path = "report"
title = "The demo centre"
benchmark = "contact centres"
"""


def demonstrate(folder: Path, *, recorded: int, calls: int, seed: int) -> None:
    """Make the centre unless it is there, then run everything new and say what came out.

    Without Prefect: a look at the product need not wait for a server to start (20 s and more).
    """
    options = CentreOptions(seed=seed, calls=calls, recorded=min(recorded, calls))
    config = make(folder, options)
    settings = configuration.load(config)
    tally = run(settings, now=datetime.now(UTC), say=_say, under_prefect=False)
    print("\n".join(lines(tally, settings)))


def make(folder: Path, options: CentreOptions) -> Path:
    """The centre and its configuration; a folder made with the same options is left as it is."""
    config = folder / "attune.toml"
    made_with = folder / "truth" / "made-with"
    if made_with.is_file() and made_with.read_text(encoding="utf-8") == repr(options):
        _say(f"{folder}: the centre is there already")
        return config
    with watched("speak", options.recorded) as progress:
        _say(f"making {options.calls} calls, {options.recorded} of them spoken, in {folder}")
        told = 0

        def tell(done: int, _total: int) -> None:
            nonlocal told
            progress.advance(done - told)
            told = done

        make_centre(folder, options, progress=tell)
    config.write_text(
        CONFIGURATION.format(model=SPEECH.model, window_s=SPEECH.window_s), encoding="utf-8"
    )
    (folder / PrivacySettings().key_file).write_text(KEY, encoding="utf-8")
    made_with.write_text(repr(options), encoding="utf-8")
    return config


def _say(line: str) -> None:
    print(line, file=sys.stderr)
