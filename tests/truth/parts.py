"""Parts of made-up music: chords, bass, drums, tunes, and a voice that sings or reads."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tests.truth.instruments import (
    RATE,
    VOWELS_HZ,
    Sound,
    Timbre,
    buzz,
    consonant,
    cymbal,
    hertz,
    kick,
    place,
    snare,
    tone,
    voiced,
)

_PROGRESSIONS = ("0M 7M 9m 5M", "0M 9m 5M 7M", "0m 8M 3M 10M", "0M 5M 0M 7M", "2m 7M 0M 0M")
_SCORED_PROGRESSIONS = ("9m 5M 0M 7M", "0m 5m 7M 0m", "0M 4m 5M 5m", "0M 2m 10M 5M", "0M 8M 10M 0M")
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_PIANO = Timbre(fall=1.4, attack_s=0.004, decay_s=0.7, stretch=3e-4)
_TIMBRES: Mapping[str, tuple[Timbre, ...]] = {
    "keys": (_PIANO, Timbre(fall=1.9, attack_s=0.005, decay_s=1.0, even=0.3)),
    "pad": (Timbre(fall=1.3, attack_s=0.4, voices=3), Timbre(fall=1.8, attack_s=0.8, even=0.5)),
    "bow": (Timbre(fall=1.1, attack_s=0.09, voices=4, detune_cents=9, vibrato_cents=18),),
    "bass": (Timbre(fall=1.0, attack_s=0.01, decay_s=0.5),),
}
_SCORED_TIMBRES: Mapping[str, tuple[Timbre, ...]] = {
    "keys": (
        Timbre(fall=1.1, attack_s=0.003, decay_s=0.35, stretch=6e-4),
        Timbre(fall=2.4, attack_s=0.008, decay_s=1.6, even=0.7),
    ),
    "pad": (
        Timbre(fall=0.9, attack_s=0.25, voices=5, detune_cents=10),
        Timbre(fall=2.2, attack_s=1.2, voices=2, vibrato_cents=8),
    ),
    "bow": (Timbre(fall=0.8, attack_s=0.15, voices=3, detune_cents=14, vibrato_cents=28),),
    "bass": (Timbre(fall=0.7, attack_s=0.02, decay_s=0.9, even=0.6),),
}


@dataclass(frozen=True)
class Scene:
    """What the parts of a piece have in common. `chords`: a root and three notes per bar."""

    n: int
    beat_s: float
    swing: float
    chords: tuple[tuple[int, ...], ...]
    scale: tuple[int, ...]
    timbres: Mapping[str, Timbre]
    beats: int = 4

    @property
    def seconds(self) -> float:
        """Length of the piece."""
        return self.n / RATE

    def bars(self) -> list[tuple[float, tuple[int, ...]]]:
        """Start and chord of every bar."""
        bar_s = self.beat_s * self.beats
        count = int(self.seconds / bar_s) + 1
        return [(i * bar_s, self.chords[i % len(self.chords)]) for i in range(count)]

    def silence(self) -> Sound:
        """Room for the piece."""
        return np.zeros(self.n)


def scene(rng: np.random.Generator, seconds: float, *, scoring: bool) -> Scene:
    """Draw tempo, key, chords and timbres."""
    fast = rng.random() < 0.5
    tempo = rng.uniform(*(((130, 165) if fast else (54, 70)) if scoring else (70, 130)))
    pool = _SCORED_PROGRESSIONS if scoring else _PROGRESSIONS
    key = int(rng.integers(45, 57))
    chords = []
    for step in pool[rng.integers(len(pool))].split():
        root = key + int(step[:-1])
        chords.append((root, root, root + (4 if step[-1] == "M" else 3), root + 7))
    timbres = _SCORED_TIMBRES if scoring else _TIMBRES
    scale = _MINOR if chords[0][2] - chords[0][0] == 3 else _MAJOR
    return Scene(
        n=round(seconds * RATE),
        beat_s=60 / tempo,
        swing=float(rng.uniform(0, 0.3)) if rng.random() < 0.3 else 0.0,
        chords=tuple(chords),
        scale=tuple(key + degree for degree in scale),
        timbres={name: some[rng.integers(len(some))] for name, some in timbres.items()},
    )


def chords_part(rng: np.random.Generator, s: Scene, part: str = "keys") -> Sound:
    out = s.silence()
    per_bar = int(rng.choice([1, 2, s.beats])) if part == "keys" else 1
    for start, chord in s.bars():
        for i in range(per_bar):
            length = s.beat_s * s.beats / per_bar
            for note in chord[1:]:
                place(out, start + i * length, tone(rng, note + 12, length, s.timbres[part]))
    return out


def bass(rng: np.random.Generator, s: Scene) -> Sound:
    out = s.silence()
    for start, chord in s.bars():
        for beat in range(0, s.beats, 2):
            note = chord[0] - 12 + (7 if rng.random() < 0.2 else 0)
            length = 2 * s.beat_s
            place(out, start + beat * s.beat_s, tone(rng, note, length, s.timbres["bass"]), 1.5)
    return out


def drums(rng: np.random.Generator, s: Scene) -> Sound:
    out = s.silence()
    strokes = kick(rng), snare(rng), cymbal(rng, 0.03), cymbal(rng, 0.25)
    busy = rng.random() < 0.5
    for number, (start, _) in enumerate(s.bars()):
        for half in range(2 * s.beats):
            at = start + (half + (s.swing if half % 2 else 0)) * s.beat_s / 2
            gain = float(rng.uniform(0.8, 1.1))
            place(out, at, strokes[2], 0.4 * gain)
            if half % 4 == 0 or (busy and half == 5):
                place(out, at, strokes[0], 1.5 * gain)
            if half % 4 == 2:
                place(out, at, strokes[1], 1.2 * gain)
        if number % 4 == 0:
            place(out, start, strokes[3], 0.4)
    return out


def melody_notes(rng: np.random.Generator, s: Scene) -> list[tuple[float, float, int]]:
    """Start, length and note of a tune in phrases, with rests between them."""
    notes = []
    at, degree = 0.0, int(rng.integers(7, 14))
    while at < s.seconds:
        for _ in range(int(rng.integers(4, 10))):
            length = float(rng.choice([0.5, 1, 1, 2, 3])) * s.beat_s
            degree = int(np.clip(degree + rng.integers(-2, 3), 5, 16))
            notes.append((at, length, s.scale[degree % 7] + 12 * (degree // 7)))
            at += length
        at += float(rng.choice([0, 1, 2, 4])) * s.beat_s
    return notes


def tune(rng: np.random.Generator, s: Scene, part: str) -> Sound:
    out = s.silence()
    for start, length, note in melody_notes(rng, s):
        place(out, start, tone(rng, note, length, s.timbres[part]))
    return out


def sung(rng: np.random.Generator, s: Scene) -> Sound:
    """A voice that sings the tune: vibrato, slides, vowels that change, hissed consonants."""
    pitch, loud = np.full(s.n, 200.0), s.silence()
    vowels = np.zeros(s.n, np.int64)
    hiss = s.silence()
    octave = int(rng.choice([-12, 0]))
    for start, length, note in melody_notes(rng, s):
        part = slice(int(start * RATE), int((start + length) * RATE))
        pitch[part] = hertz(note + octave)
        size = loud[part].size
        rise = np.minimum(np.arange(size), np.arange(size)[::-1]) / (0.03 * RATE)
        loud[part] = np.minimum(1, rise) * rng.uniform(0.6, 1)
        vowels[part] = rng.integers(len(VOWELS_HZ))
        if rng.random() < 0.6:
            place(hiss, start, consonant(rng), float(rng.uniform(0.05, 0.3)))
    slide = np.hanning(int(0.06 * RATE))
    pitch = np.convolve(np.pad(pitch, slide.size, mode="edge"), slide / slide.sum(), "same")
    pitch = pitch[slide.size : -slide.size]
    t = np.arange(s.n) / RATE
    vibrato = rng.uniform(0, 50) / 1200 * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * t)
    sound = voiced(buzz(pitch * 2**vibrato), vowels, float(rng.uniform(0.95, 1.2))) * loud
    return even(sound) + hiss


def spoken(rng: np.random.Generator, n: int) -> Sound:
    """A voice that reads: falling phrases in syllables of 0.12–0.25 s, and pauses."""
    pitch, loud = np.full(n, 120.0), np.zeros(n)
    vowels, hiss = np.zeros(n, np.int64), np.zeros(n)
    base, at = float(rng.choice([110, 190])) * rng.uniform(0.9, 1.15), 0
    while at < n:
        syllables = int(rng.integers(6, 16))
        for i in range(syllables):
            size = int(rng.uniform(0.12, 0.25) * RATE)
            part = slice(at, at + size)
            pitch[part] = base * 2 ** (0.25 - 0.4 * i / syllables + rng.normal(0, 0.08))
            loud[part] = np.hanning(size)[: loud[part].size] ** 0.6 * rng.uniform(0.5, 1)
            vowels[part] = rng.integers(len(VOWELS_HZ))
            if rng.random() < 0.7:
                place(hiss, at / RATE, consonant(rng), float(rng.uniform(0.1, 0.4)))
            at += size
        at += int(rng.uniform(0.2, 0.7) * RATE)
    glide = np.hanning(int(0.1 * RATE))
    pitch = np.convolve(np.pad(pitch, glide.size, mode="edge"), glide / glide.sum(), "same")
    source = buzz(pitch[glide.size : -glide.size])
    return even(voiced(source, vowels, float(rng.uniform(0.95, 1.2))) * loud) + hiss


def even(sound: Sound) -> Sound:
    """RMS 1 where there is sound: within 40 dB of the greatest sample."""
    sounding = sound[np.abs(sound) > 0.01 * np.abs(sound).max(initial=0)]
    rms = float(np.sqrt(np.mean(sounding**2))) if sounding.size else 0.0
    return sound / rms if rms else sound
