"""Tracks: what is kept of a channel's sound, fifty values a second, from which all else is found.

They are small (about a twentieth of a telephone recording), say nothing of the words, and are
stored: a changed definition of speech, hold or tone needs no decoding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.audio.hold_music import hold_ingredients
from pipeline.audio.pitch import pitch_semitones
from pipeline.audio.spectrum import RATE, Piece, Pieces, Samples, Track, band_power, decibels

TRACKS_VERSION = "tracks-2"
"""Change it when the same sound gives other tracks."""

Codes = npt.NDArray[Any]

ONE_CHANNEL, SAME_SOUND, DEAD_CHANNEL = MONO_BECAUSE = (
    "one channel", "same sound on both", "one channel dead",
)  # fmt: skip
"""Why a recording has one channel to listen to."""

LOW_HZ, MIDDLE_HZ, HIGH_HZ = 250.0, 1000.0, 3400.0
"""The band in which speech is looked for, and where its lower and upper part meet."""


@dataclass(frozen=True)
class Scale:
    """How a track is written: value = `low` + `step` · code; beyond the ends it is cut."""

    low: float
    step: float
    kind: type[np.unsignedinteger[Any]] = np.uint8

    def codes(self, values: Track) -> Codes:
        """Whole numbers to store."""
        highest = np.iinfo(self.kind).max
        codes = np.clip(np.rint((values - self.low) / self.step), 0, highest)
        result: Codes = codes.astype(self.kind)
        return result

    def values(self, codes: Codes) -> Track:
        """What they stand for."""
        result: Track = (codes * np.float32(self.step) + np.float32(self.low)).astype(np.float32)
        return result


SCALES: Mapping[str, Scale] = {
    "level_dbfs": Scale(-120.0, 0.5),
    "tilt_db": Scale(-40.0, 0.25),
    "pitch_semitones": Scale(0.0, 0.02, np.uint16),
    "emphasised_dbfs": Scale(-120.0, 0.5),
    "flatness_db": Scale(-60.0, 0.25),
    "steadiness": Scale(0.0, 1 / 510),
    "likeness": Scale(0.0, 1 / 255),
}
"""Every track. A change is a change of `TRACKS_VERSION`."""


@dataclass(frozen=True, eq=False)
class Tracks:
    """One channel. Frame i of every track stands for [i, i + 1) · 20 ms.

    `level_dbfs`: power between 250 and 3400 Hz. `tilt_db`: 1–3.4 kHz over 0.25–1 kHz (the alpha
    ratio). `pitch_semitones`: above 50 Hz, 0 where no voice is. The others are for hold music, see
    `hold_music.hold_ingredients`.
    """

    codes: Mapping[str, Codes]

    def __getitem__(self, name: str) -> Track:
        """A track in its unit, float32."""
        return SCALES[name].values(self.codes[name])

    @property
    def frames(self) -> int:
        """How many frames; a hop that has begun is one."""
        return len(next(iter(self.codes.values())))


@dataclass(frozen=True, eq=False)
class Tracked:
    """A recording's channels as tracks, and its exact length."""

    channels: tuple[Tracks, ...]
    duration_s: float


@dataclass
class Tracker:
    """Makes the tracks of one channel from its samples at 8 kHz, block after block."""

    _pieces: Pieces = field(default_factory=Pieces)
    # Bytes grow in place: a list of pieces would be there twice while they are joined.
    _grown: dict[str, bytearray] = field(default_factory=lambda: {n: bytearray() for n in SCALES})

    def add(self, samples: Samples) -> None:
        """The next samples, any number of them."""
        for piece in self._pieces.add(samples):
            self._grow(piece)

    def finish(self) -> Tracks:
        """The whole channel's tracks."""
        for piece in self._pieces.finish():
            self._grow(piece)
        return Tracks(
            {name: np.frombuffer(self._grown[name], scale.kind) for name, scale in SCALES.items()}
        )

    def _grow(self, piece: Piece) -> None:
        for name, codes in _codes(piece).items():
            self._grown[name] += codes.tobytes()


def _codes(piece: Piece) -> dict[str, Codes]:
    own = piece.power[-piece.frames :]
    low = band_power(own, LOW_HZ, MIDDLE_HZ)
    high = band_power(own, MIDDLE_HZ + 1, HIGH_HZ)
    level = decibels(low + high)
    values = {
        "level_dbfs": level,
        "tilt_db": decibels(high) - decibels(low),
        "pitch_semitones": pitch_semitones(piece, level),
        **hold_ingredients(piece),
    }
    assert values.keys() == SCALES.keys(), "every track has a scale"
    return {name: SCALES[name].codes(track) for name, track in values.items()}


def tracked(blocks: Iterable[Samples]) -> Tracked:
    """Tracks of a recording that comes in blocks of (channels, n) samples at 8 kHz."""
    trackers: list[Tracker] = []
    count = 0
    for block in blocks:
        trackers = trackers or [Tracker() for _ in block]
        for tracker, samples in zip(trackers, block, strict=True):
            tracker.add(samples)
        count += block.shape[1]
    return Tracked(tuple(tracker.finish() for tracker in trackers), count / RATE)
