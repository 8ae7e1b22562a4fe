"""The copy of a recording: silent where it must be, else the same, whole or not there at all."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from pipeline.audio.decode import Recording, Sound, UnreadableRecordingError, whole
from pipeline.audio.redacted import FADE_S, write_redacted
from tests.unit.audio.recordings import encode, pcm, wav, write_long

Samples = npt.NDArray[np.float32]
RATE = 8_000
STEP = 1 / 32_768
"""Of 16 bits."""


def noise(channels: int, seconds: float, *, rate: int = RATE) -> Samples:
    """Never silent, and different on each channel."""
    rng = np.random.default_rng(5)
    return rng.uniform(-0.3, 0.3, (channels, int(seconds * rate))).astype(np.float32)


def recorded(path: Path, samples: Samples, *, rate: int = RATE) -> Recording:
    path.write_bytes(wav(pcm(samples), rate=rate, channels=len(samples)))
    return Recording((path,))


def copied(recording: Recording, *silences: tuple[float, float], rate: int = RATE) -> Sound:
    """What is heard in a recording's copy."""
    path = recording.files[0].with_name("copy.flac")
    write_redacted(recording, silences, path)
    with av.open(str(path)) as opened:
        assert opened.streams.audio[0].rate == rate
    return whole(Recording((path,)), rate=rate)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_silence_is_zero_on_every_channel_and_all_else_is_the_same(
    tmp_path: Path, channels: int
) -> None:
    original = noise(channels, 40.0)
    spans = ((0.0, 1.0), (15.5, 16.5), (20.0, 37.25), (39.5, 40.0))  # blocks are 16 s
    copy = copied(recorded(tmp_path / "call.wav", original), *spans).samples
    assert copy.shape == original.shape
    silent = np.zeros(original.shape[1], np.bool_)
    faded = silent.copy()
    for start, end in spans:
        silent[int(start * RATE) : int(end * RATE)] = True
        faded[max(int((start - FADE_S) * RATE), 0) : int((end + FADE_S) * RATE)] = True
    assert not copy[:, silent].any()
    assert np.abs(copy - original)[:, ~faded].max() <= STEP


def test_the_edges_of_a_silence_do_not_click(tmp_path: Path) -> None:
    tone = 0.5 * np.cos(2 * np.pi * 20 * np.arange(2 * RATE) / RATE).astype(np.float32)[None]
    copy = copied(recorded(tmp_path / "call.wav", tone), (0.5, 1.0)).samples[0]
    assert np.abs(np.diff(copy)).max() < 0.02


def test_silences_may_overlap_and_reach_beyond_the_end(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "call.wav", noise(1, 3.0))
    copy = copied(recording, (2.0, 50.0), (1.0, 2.5)).samples[0]
    assert not copy[RATE:].any()
    assert copy[: RATE // 2].any()


def test_a_silence_without_length_is_none(tmp_path: Path) -> None:
    original = noise(1, 2.0)
    copy = copied(recorded(tmp_path / "call.wav", original)).samples
    assert np.abs(copy - original).max() <= STEP


@pytest.mark.parametrize(
    ("rate", "expected"), [(6_000, 8_000), (8_000, 8_000), (11_025, 16_000), (44_100, 16_000)]
)
def test_the_rate_is_that_of_a_telephone_or_the_recognisers(
    tmp_path: Path, rate: int, expected: int
) -> None:
    recording = recorded(tmp_path / "call.wav", noise(2, 3.0, rate=rate), rate=rate)
    copy = copied(recording, (1.0, 2.0), rate=expected)
    assert copy.duration_s == pytest.approx(3.0, abs=0.01)
    assert not copy.samples[:, expected : 2 * expected].any()
    assert copy.samples[:, : expected // 2].any(axis=1).all()


def test_opus_is_copied_at_the_right_time(tmp_path: Path) -> None:
    samples = noise(2, 6.0)
    samples[:, 2 * RATE : 4 * RATE] = 0
    recording = Recording((encode(tmp_path / "call.ogg", "libopus", samples, 48_000),))
    copy = copied(recording, (4.5, 5.0), rate=16_000).samples
    level = np.abs(copy).reshape(2, -1, 1_600)[:, :60].max(axis=2)
    assert (level[:, 1:19] > 0.1).all()
    assert (level[:, 21:39] < 0.01).all()
    assert (level[:, 45:50] == 0).all()


def test_a_file_for_each_side_becomes_one_of_two_channels(tmp_path: Path) -> None:
    sides = noise(2, 4.0)
    files: list[Path] = []
    for name, side in zip(("agent", "customer"), sides, strict=True):
        files += recorded(tmp_path / f"{name}.wav", side[None, : RATE * len(name) // 2]).files
    copy = copied(Recording(tuple(files)), (1.0, 2.0)).samples
    assert copy.shape == (2, 4 * RATE)
    assert np.abs(copy - sides)[0, : RATE // 2].max() <= STEP
    assert np.abs(copy - sides)[1, 3 * RATE :].max() <= STEP
    assert not copy[:, RATE : 2 * RATE].any()


def test_of_many_channels_the_two_that_were_heard_are_copied(tmp_path: Path) -> None:
    samples = noise(4, 2.0)
    recording = Recording(recorded(tmp_path / "call.wav", samples).files, take=(2, 0))
    copy = copied(recording).samples
    assert np.abs(copy - samples[[2, 0]]).max() <= STEP


def test_the_same_recording_gives_the_same_bytes(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "call.wav", noise(2, 20.0))
    made = []
    for name in ("a.flac", "b.flac"):
        write_redacted(recording, [(3.0, 4.0)], tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    assert b"Lavf" not in made[0]


def test_only_the_copy_is_left(tmp_path: Path) -> None:
    copied(recorded(tmp_path / "call.wav", noise(1, 1.0)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav", "copy.flac"]


def test_a_recording_that_breaks_off_leaves_no_copy_and_not_the_old_one(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "call.wav", noise(2, 60.0))
    copied(recording)
    path = recording.files[0]
    path.write_bytes(path.read_bytes()[: 30 * RATE])
    with pytest.raises(UnreadableRecordingError):
        copied(recording)
    assert [left.name for left in tmp_path.iterdir()] == ["call.wav"]


def test_a_recording_that_is_gone_leaves_no_copy(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecordingError):
        write_redacted(Recording((tmp_path / "gone.wav",)), [], tmp_path / "copy.flac")
    assert not list(tmp_path.iterdir())


@contextmanager
def full_disk(largest: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("largest", [0, 20_000, 100_000])
def test_a_full_disk_is_an_error_and_leaves_no_copy(tmp_path: Path, largest: int) -> None:
    recording = recorded(tmp_path / "call.wav", noise(2, 60.0))
    with full_disk(largest), pytest.raises(OSError, match=r"copy\.flac: cannot be written"):
        copied(recording)
    assert [left.name for left in tmp_path.iterdir()] == ["call.wav"]


@pytest.mark.parametrize("name", ["a:b %d", "名前", os.fsdecode(b"caf\xe9")])
def test_the_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    assert copied(recorded(folder / "call.wav", noise(1, 1.0))).duration_s == 1.0


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "call.wav", noise(1, 1.0))
    with pytest.raises(OSError, match=r"copy\.flac: cannot be written"):
        write_redacted(recording, [], tmp_path / "nowhere" / "copy.flac")


_KILLED = """
import os, sys
from pathlib import Path
import pipeline.audio.redacted as redacted
from pipeline.audio.decode import Recording, blocks

def cut_off(recording, rate):
    for number, block in enumerate(blocks(recording, rate=rate)):
        if number == 3:
            os._exit(9)
        yield block

redacted.blocks = cut_off
redacted.write_redacted(Recording((Path(sys.argv[1]),)), [], Path(sys.argv[2]))
"""


def test_a_kill_leaves_no_half_copy_and_not_the_old_one(tmp_path: Path) -> None:
    recording = recorded(tmp_path / "call.wav", noise(2, 80.0))
    copied(recording)
    path = tmp_path / "copy.flac"
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(recording.files[0]), str(path)], check=False
    )
    assert killed.returncode == 9
    assert not path.exists()
    assert copied(recording).duration_s == 80.0
    assert sorted(left.name for left in tmp_path.iterdir()) == ["call.wav", "copy.flac"]


_LONG = """
import resource, sys
from pathlib import Path
from pipeline.audio.decode import Recording
from pipeline.audio.redacted import write_redacted
silences = [(20.0 * i, 20.0 * i + 5.0) for i in range(500)]
write_redacted(Recording((Path(sys.argv[1]),)), silences, Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_half_an_hour_needs_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    call = noise(2, 30.0)
    used = []
    for hours in (1 / 60, 0.5):
        long = write_long(tmp_path / "long.wav", call, hours)
        made = subprocess.run(
            [sys.executable, "-c", _LONG, str(long), str(tmp_path / "copy.flac")],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        used.append(int(made.stdout))
    assert used[1] < used[0] + 15, f"MB: {used}"
