"""From a recording to who speaks when: channels, hold, sections of long calls, memory, speed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.audio import listening
from pipeline.audio.decode import Recording, UnreadableRecordingError
from pipeline.audio.hold_music import hold_music
from pipeline.audio.listening import SECTION_S, Heard, Trace, heard, listen
from pipeline.audio.tracks import tracked
from pipeline.spans import Span, overlap, seconds
from tests.truth.call import Made, made_call, write
from tests.truth.music import hold_sound
from tests.unit.audio.recordings import encode, write_long

Samples = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def made() -> Made:
    """A clear call without hold."""
    return made_call(5, seconds=90.0, snr_db=30.0, noise="white", hold_kinds=())


def trace_of(samples: Samples) -> Trace:
    found = tracked([samples])
    return Trace(found.channels, (0, 1), found.duration_s)


def common_share(one: tuple[Span, ...], other: tuple[Span, ...]) -> float:
    """Seconds in both over seconds in either."""
    both = seconds(overlap(one, other))
    return both / (seconds(one) + seconds(other) - both)


def hears_the_truth(told: Heard, made: Made, at_least: float = 0.9) -> bool:
    return all(
        common_share(own, true) > at_least
        for own, true in zip(told.speech, made.speech, strict=True)
    )


def test_a_file_is_heard_as_its_samples_are(made: Made, tmp_path: Path) -> None:
    trace, told = listen(Recording((write(made, tmp_path / "call.wav"),)))
    assert trace.duration_s == pytest.approx(made.duration_s, abs=0.001)
    assert trace.mono_because is None and trace.numbers == (0, 1)
    assert hears_the_truth(told, made)
    assert heard(trace) == told


def test_two_files_are_heard_as_one(made: Made, tmp_path: Path) -> None:
    both = write(made, tmp_path / "call.wav")
    sides = []
    for number in (0, 1):
        side = np.stack([made.samples[number]])
        sides.append(write_side(tmp_path / f"{number}.wav", side))
    assert listen(Recording(tuple(sides)))[1] == listen(Recording((both,)))[1]


def write_side(path: Path, samples: Samples) -> Path:
    return encode(path, "pcm_s16le", samples, 8_000)


@pytest.mark.parametrize(
    ("gains", "number", "because"),
    [
        ((1.0, 1.0), 0, "same sound on both"),
        ((1.0, 0.0), 0, "one channel dead"),
        ((0.0, 1.0), 1, "one channel dead"),
    ],
)
def test_one_sound_in_two_channels_is_mono(
    made: Made, tmp_path: Path, gains: tuple[float, float], number: int, because: str
) -> None:
    mixed = made.samples.sum(axis=0) / 2
    path = write_side(tmp_path / "call.wav", np.stack([gain * mixed for gain in gains]))
    trace, told = listen(Recording((path,)))
    assert (trace.numbers, trace.mono_because) == ((number,), because)
    assert len(told.speech) == len(trace.channels) == 1
    assert trace.speakers is not None


def test_a_silent_file_of_a_pair_is_a_side_that_said_nothing(made: Made, tmp_path: Path) -> None:
    files = [
        write_side(tmp_path / f"{number}.wav", np.stack([loud * made.samples[0]]))
        for number, loud in enumerate((1.0, 0.0))
    ]
    trace, told = listen(Recording(tuple(files)))
    assert trace.mono_because is None
    assert told.speech[0] and not told.speech[1]


def music_over(made: Made, channel: int, start_s: float, end_s: float) -> Samples:
    """The call with music on one channel; the channel's own side is drowned."""
    samples = made.samples.copy()
    music = 0.7 * hold_sound("pop", np.random.default_rng(3), end_s - start_s)
    first = round(start_s * 8_000)
    samples[channel, first : first + music.size] = music
    return samples


def test_a_radio_behind_a_conversation_is_no_hold(made: Made) -> None:
    """Music on one channel, while the other side speaks on through most of it."""
    words = np.concatenate(
        [made.samples[0, round(a * 8_000) : round(b * 8_000)] for a, b in made.speech[0]]
    )
    radio = 0.5 * hold_sound("pop", np.random.default_rng(3), 60.0)
    trace = trace_of(np.stack([np.resize(words, radio.size), radio]))
    assert seconds(hold_music(trace.channels)[1]) > 40
    assert heard(trace).hold == ()


def test_music_is_hold_and_nobody_speaks_on_its_channel(made: Made) -> None:
    told = heard(trace_of(music_over(made, 0, 30.0, 60.0)))
    assert len(told.hold) == 1
    assert told.hold[0] == pytest.approx((30.0, 60.0), abs=1.0)
    assert seconds(overlap(told.speech[0], told.hold)) < 0.5


def test_long_calls_are_heard_in_sections_without_a_seam(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = np.concatenate([made.samples, made.samples], axis=1)
    monkeypatch.setattr(listening, "SECTION_S", made.duration_s)
    told = heard(trace_of(twice))
    once = heard(trace_of(made.samples))
    for own, single in zip(told.speech, once.speech, strict=True):
        later = [(a + made.duration_s, b + made.duration_s) for a, b in single]
        assert common_share(own, (*single, *later)) > 0.97
    assert max(end for own in told.speech for _, end in own) <= 2 * made.duration_s


def test_a_recording_that_vanished_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecordingError, match=r"call\.wav"):
        listen(Recording((tmp_path / "call.wav",)))


LISTENER = """
import sys
from pathlib import Path
from pipeline.audio.decode import Recording
from pipeline.audio.listening import listen
trace, told = listen(Recording((Path(sys.argv[1]),)))
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(round(trace.duration_s), int(peak) // 1024, len(told.speech[0]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak")
def test_a_call_over_several_sections_needs_less_than_200_mb(made: Made, tmp_path: Path) -> None:
    hours = 2 * SECTION_S / 3_600 + 0.5
    path = write_long(tmp_path / "long.wav", made.samples, hours)
    run = [sys.executable, "-c", LISTENER, str(path)]
    length_s, megabytes, stretches = map(int, subprocess.check_output(run).split())
    assert length_s == pytest.approx(hours * 3_600, abs=2 * made.duration_s)
    assert stretches > 1_000
    assert megabytes < 200
