import struct
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from flows.demo.recording import RATE_HZ, encode_mu_law, record, write_wav
from flows.demo.script import time_lines
from flows.demo.timeline import AGENT, CUSTOMER, Line, Script, lay_out
from flows.demo.voices import VOICES
from models.speech.voices import Delivery, speaker
from pipeline.errors import UsageError


def decode(path: Path) -> np.ndarray[Any, np.dtype[np.float64]]:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == "pcm_mulaw"
        assert stream.rate == RATE_HZ
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
    return np.concatenate(frames, axis=1).reshape(-1, 2).astype(float) / 32768


def level_db(samples: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    return float(10 * np.log10(np.mean(samples**2) + 1e-12))


def test_mu_law_comes_back_within_its_step(tmp_path: Path) -> None:
    wave = np.linspace(-0.95, 0.95, 4001, dtype=np.float32)
    write_wav(tmp_path / "a.wav", np.stack([wave, -wave], axis=1))
    left, right = decode(tmp_path / "a.wav").T
    assert np.abs(left - wave).max() <= 0.03 * 0.95
    assert np.abs(right + wave).max() <= 0.03 * 0.95


def test_silence_is_coded_as_silence() -> None:
    assert set(encode_mu_law(np.zeros(3, dtype=np.float32))) == {0xFF}


def test_the_header_says_mu_law_and_counts_the_samples(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.zeros((801, 2), dtype=np.float32))
    data = (tmp_path / "a.wav").read_bytes()
    assert struct.unpack_from("<4sI4s", data) == (b"RIFF", len(data) - 8, b"WAVE")
    assert struct.unpack_from("<4sIHHIIHHH", data, 12) == (
        b"fmt ", 18, 7, 2, 8000, 16000, 2, 8, 0,
    )  # fmt: skip
    assert struct.unpack_from("<4sII", data, 38) == (b"fact", 4, 801)
    assert struct.unpack_from("<4sI", data, 50) == (b"data", 1602)


@pytest.fixture(scope="module")
def heard(told: list[Any], tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, Any, Any]]:
    """Four calls, spoken: what was told, the spoken timeline, and the decoded recording."""
    folder = tmp_path_factory.mktemp("recordings")
    calls = []
    for number, one in enumerate(told[:4]):
        with speaker() as voices:
            timeline, samples = record(np.random.default_rng(number), one.script, voices)
        write_wav(folder / f"{number}.wav", samples)
        calls.append((one, timeline, decode(folder / f"{number}.wav")))
    return calls


def test_the_recording_is_as_long_as_the_timeline(heard: list[tuple[Any, Any, Any]]) -> None:
    for _, timeline, samples in heard:
        assert len(samples) == round(timeline.duration_s * RATE_HZ)


def test_each_side_speaks_in_its_channel_well_above_noise_and_cross_talk(
    heard: list[tuple[Any, Any, Any]],
) -> None:
    for _, timeline, samples in heard:
        for channel, side in enumerate((AGENT, CUSTOMER)):
            speaking = np.zeros(len(samples), dtype=bool)
            for utterance in timeline.utterances:
                if utterance.line.side == side:
                    start, end = utterance.start_s * RATE_HZ, utterance.end_s * RATE_HZ
                    speaking[round(start) : round(end)] = True
            own = level_db(samples[speaking, channel])
            assert -30 < own < -16
            silent = ~speaking & ~on_hold(timeline, len(samples))
            assert own - level_db(samples[silent, channel]) > 20


def on_hold(timeline: Any, count: int) -> np.ndarray[Any, np.dtype[np.bool_]]:  # noqa: ANN401
    held = np.zeros(count, dtype=bool)
    for start_s, end_s in timeline.hold:
        held[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = True
    return held


def test_music_plays_on_the_agents_channel_through_longer_holds() -> None:
    lines = [Line(AGENT, "Please hold.", 0.5), Line(AGENT, "Thanks.", 14.0, after_hold=True)]
    deliveries = {side: Delivery("en-us") for side in (AGENT, CUSTOMER)}
    with speaker() as voices:
        timeline, samples = record(
            np.random.default_rng(1), Script(tuple(lines), deliveries), voices
        )
    held = np.flatnonzero(on_hold(timeline, len(samples)))
    inside = held[2 * RATE_HZ : -RATE_HZ]
    agent, customer = (level_db(samples[inside, channel]) for channel in (0, 1))
    assert -40 < agent < -20
    assert customer < agent - 20
    assert level_db(samples[held[: RATE_HZ // 2], 0]) < agent - 20


def test_written_calls_take_as_long_as_spoken_ones(heard: list[tuple[Any, Any, Any]]) -> None:
    spoken = sum(timeline.duration_s for _, timeline, _ in heard)
    written = sum(one.timeline.duration_s for one, _, _ in heard)
    assert written == pytest.approx(spoken, rel=0.02)


def test_written_utterances_take_as_long_as_spoken_ones(told: list[Any]) -> None:
    lines = [line for one in told[:12] for line in one.script.lines]
    deliveries = [
        one.script.deliveries[line.side] for one in told[:12] for line in one.script.lines
    ]
    written = [
        time_lines([line], {line.side: delivery})[0][-1].end_s
        for line, delivery in zip(lines, deliveries, strict=True)
    ]
    with speaker() as voices:
        spoken = [
            voices.say(line.text, delivery).words[-1].end_s
            for line, delivery in zip(lines, deliveries, strict=True)
        ]
    assert sum(written) == pytest.approx(sum(spoken), rel=0.015)
    assert np.corrcoef(written, spoken)[0, 1] > 0.98


def test_the_same_sentence_has_the_same_bytes_in_every_fresh_speaker() -> None:
    sounds = []
    for _ in range(2):
        with speaker() as voices:
            voices.say("Thank you for calling.", Delivery(VOICES[0]))
            sounds.append(voices.say("Yes please.", Delivery(VOICES[1])).samples.tobytes())
    assert sounds[0] == sounds[1]


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_speaks_and_knows_its_words(voice: str) -> None:
    with speaker() as voices:
        sentence = voices.say("Yes, it is four two one.", Delivery(voice))
    assert [word.text for word in sentence.words] == ["Yes,", "it", "is", "four", "two", "one."]
    times = [time for word in sentence.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] == pytest.approx(len(sentence.samples) / sentence.rate_hz, abs=0.001)


def test_without_the_voices_the_next_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(UsageError, match=r"pip install attune\[demo\]"), speaker():
        pass


def test_laying_out_the_table_and_the_voices_agree_on_what_is_said(
    heard: list[tuple[Any, Any, Any]],
) -> None:
    for one, spoken, _ in heard:
        written = lay_out(one.script.lines, time_lines(one.script.lines, one.script.deliveries))
        assert [u.index for u in written.utterances] == [u.index for u in spoken.utterances]
