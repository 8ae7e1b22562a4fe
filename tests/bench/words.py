"""The engine beside faster-whisper's own ways, on the same recordings, model and threads.

    python -m tests.bench words [FOLDER]

CPU seconds from file to words, word error rate and word times, for short calls of the demo's kind
and for long ones. Then whisper-small's true shape with random weights: what batches are worth.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.audio import decode_audio

from flows.demonstration import SPEECH
from pipeline.audio.decode import Recording, cut
from pipeline.audio.listening import listen
from pipeline.speech.engine import recognise
from pipeline.speech.model import SpeechModel, SpeechOptions, load
from pipeline.speech.windows import WindowOptions, cuts_of, filled, pack
from tests.bench.spoken import SIDES, Said, Spoken, errors, long_calls, short_calls

SEED = 2_000
SHORT, LONG, LONG_OF = 200, 20, 10
STRIP = 24
"""Calls whose windows go to the recogniser together, as in a batch of a run."""

OPTIONS = replace(SPEECH, threads=1)
BEAM = OPTIONS.beam_size

Heard = list[dict[str, list[Said]]]
Engine = Callable[[Sequence[Spoken]], Heard]
Transcribe = Callable[..., tuple[Iterable[Any], object]]


def ours(model: SpeechModel, options: SpeechOptions) -> Engine:
    """From file to words as a run does it."""

    def engine(calls: Sequence[Spoken]) -> Heard:
        return [
            one
            for start in range(0, len(calls), STRIP)
            for one in _together(calls[start : start + STRIP], model, options)
        ]

    return engine


def _together(calls: Sequence[Spoken], model: SpeechModel, options: SpeechOptions) -> Heard:
    heard: Heard = [{side: [] for side in SIDES} for _ in calls]
    pending = []
    packing = WindowOptions(window_s=min(model.window_s, options.window_s or model.window_s))
    for number, call in enumerate(calls):
        recording = Recording((call.path,))
        trace, told = listen(recording, None)
        windows = [
            window
            for channel, spans in zip(trace.numbers, told.speech, strict=True)
            for window in pack(spans, channel=channel, duration_s=trace.duration_s, options=packing)
        ]
        for window, sound in filled(windows, cut(recording, cuts_of(windows, 2))):
            pending.append((number, window, sound))
    windows, sounds = [window for _, window, _ in pending], [sound for *_, sound in pending]
    results = recognise(windows, sounds, model, options, language="en")
    for (number, window, _), result in zip(pending, results, strict=True):
        heard[number][SIDES[window.channel]] += [
            Said(word.text, word.start_s, word.end_s) for word in result.words
        ]
    for one in heard:
        for words in one.values():
            words.sort(key=lambda word: word.start_s)
    return heard


def theirs(transcribe: Transcribe, **arguments: object) -> Engine:
    """File by file, channel by channel, as one would without us."""

    def engine(calls: Sequence[Spoken]) -> Heard:
        heard: Heard = []
        for call in calls:
            channels = decode_audio(str(call.path), split_stereo=True)
            heard.append(
                {
                    side: _words(transcribe, sound, arguments)
                    for side, sound in zip(SIDES, channels, strict=True)
                }
            )
        return heard

    return engine


def _words(transcribe: Transcribe, sound: object, arguments: dict[str, object]) -> list[Said]:
    segments, _ = transcribe(
        sound, language="en", vad_filter=True, word_timestamps=True, beam_size=BEAM,
        condition_on_previous_text=False, **arguments,
    )  # fmt: skip
    return [Said(w.word.strip(), w.start, w.end) for one in segments for w in one.words or ()]


def engines() -> dict[str, Engine]:
    """Ours with fitted and with full windows, and their two."""
    model = load(OPTIONS)
    whisper: WhisperModel = model.whisper
    full = replace(OPTIONS, fitted_windows=False)
    batched = BatchedInferencePipeline(whisper)
    return {
        "ours, fitted windows": ours(model, OPTIONS),
        "ours, full windows": ours(model, full),
        "BatchedInferencePipeline": theirs(batched.transcribe, batch_size=OPTIONS.batch_windows),
        "WhisperModel.transcribe": theirs(whisper.transcribe),
    }


def table(calls: Sequence[Spoken]) -> pd.DataFrame:
    """A row per engine."""
    rows = []
    for name, engine in engines().items():
        started = time.process_time()
        heard = engine(calls)
        spent = time.process_time() - started
        pairs = [
            (call.words[s], one[s]) for call, one in zip(calls, heard, strict=True) for s in SIDES
        ]
        rows.append(
            {"engine": name, "CPU s": spent,
             "x real time": sum(call.seconds for call in calls) / spent, **errors(pairs).row()}
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    best = frame["CPU s"][2:].min()
    frame.insert(2, "x the better of theirs", best / frame["CPU s"])
    return frame


def bench(folder: Path) -> None:
    """Print the tables."""
    shorts = short_calls(folder / "spoken", max(SHORT, LONG * LONG_OF), seed=SEED)
    longs = long_calls(folder / "spoken", shorts, LONG, LONG_OF)
    for name, calls in (("short", shorts[:SHORT]), ("long", longs)):
        minutes = sum(call.seconds for call in calls) / len(calls) / 60
        print(f"\n{len(calls)} {name} calls of {minutes:.1f} minutes; one thread, beam of {BEAM}")
        print(table(calls).round(2).to_string(index=False), flush=True)
