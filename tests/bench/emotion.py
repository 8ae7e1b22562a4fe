"""Pitch on voices of known pitch, and arousal on acted speech, through a telephone line.

    python -m tests.bench emotion [FOLDER]

Gross errors are voiced frames more than 20 % off. Speed is CPU time on one core.
"""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, resample_poly, sosfilt

from pipeline.audio.arousal import arousal
from pipeline.audio.pitch import LOWEST_HZ, pitch_semitones
from pipeline.audio.spectrum import HOP, RATE, Piece, Pieces, Samples, Track, band_dbfs
from pipeline.audio.tracks import HIGH_HZ, LOW_HZ, tracked
from tests.unit.audio.synthetic import mu_law_round_trip

Signal = npt.NDArray[np.float64]
Manner = Literal["level", "glide", "steep", "creak"]

RAVDESS = Path(__file__).resolve().parents[3] / "shared" / "data" / "emotion_ravdess"
"""360 acted clips of 12 actors with their arousal; not part of the project."""

MANNERS: tuple[Manner, ...] = ("level", "glide", "steep", "creak")
SNRS_DB = (10, 15, 20, 30)
_FINE = 2 * RATE  # the rate at which a voice is made, so that its pulses fall between samples
_VOWELS = ((700, 1200, 2500), (300, 2200, 2900), (320, 800, 2300), (500, 1800, 2500))
_LINE = butter(4, (300, 3400), "bandpass", fs=RATE, output="sos")


@dataclass(frozen=True, eq=False)
class Spoken:
    """A voice on a line: its pieces, and the true pitch of every frame, 0 where it is silent."""

    pieces: tuple[Piece, ...]
    truth_hz: Signal


@dataclass(frozen=True)
class PitchErrors:
    """Shares of the frames that are voiced in truth and found voiced; `found` of the former."""

    gross: float
    octave_up: float
    octave_down: float
    found: float


def telephone(sound: Signal) -> Samples:
    """300 to 3400 Hz, then mu-law."""
    return mu_law_round_trip(np.asarray(sosfilt(_LINE, sound), np.float32))


def contour(rng: np.random.Generator, hz: float, seconds: float, manner: Manner) -> Signal:
    """Pitch at `_FINE` samples per second."""
    t = np.arange(round(seconds * _FINE)) / _FINE
    if manner == "glide":
        wave = np.sin(2 * np.pi * (rng.uniform(0.3, 1.2) * t + rng.random()))
        return np.asarray(hz * 2 ** (rng.uniform(0.15, 0.5) * wave))
    if manner == "steep":
        return np.asarray(hz * 2 ** (rng.choice([-1, 1]) * np.linspace(-0.5, 0.5, t.size)))
    return np.full(t.size, max(0.6 * hz, 62.0) if manner == "creak" else hz)


def voice(rng: np.random.Generator, pitch: Signal, *, rough: float) -> Signal:
    """Pulses with jitter and shimmer (`rough` of a period) and breath, through moving formants."""
    source = np.zeros(pitch.size)
    at, open_share = 0.0, rng.uniform(0.4, 0.75)
    while at < pitch.size:
        period = _FINE / pitch[int(at)] * (1 + rough * rng.standard_normal())
        phase = (np.arange(np.ceil(at), min(at + open_share * period, pitch.size)) - at) / period
        pulse = np.sin(np.pi * (phase / open_share) ** 1.5) ** 2
        source[int(np.ceil(at)) :][: phase.size] += (1 + 6 * rough * rng.standard_normal()) * pulse
        at += period
    source = np.diff(source, prepend=0) + rng.uniform(0.001, 0.01) * rng.standard_normal(pitch.size)
    vowels = [rng.choice(_VOWELS) for _ in range(max(1, round(4 * pitch.size / _FINE)))]
    parts = [_vowel(part, vowel) for part, vowel in zip(
        np.array_split(source, len(vowels)), vowels, strict=True)]  # fmt: skip
    sound = resample_poly(np.concatenate(parts), 1, 2)
    edge = np.arange(sound.size) / RATE / 0.02
    sound *= np.minimum(1, np.minimum(edge, edge[::-1]))
    return np.asarray(sound / np.sqrt(np.mean(sound**2)))


def _vowel(sound: Signal, formants_hz: npt.NDArray[np.int_]) -> Signal:
    for hz in formants_hz:
        radius, angle = np.exp(-np.pi * (60 + 0.05 * hz) / _FINE), 2 * np.pi * hz / _FINE
        below = [1, -2 * radius * np.cos(angle), radius**2]
        sound = np.asarray(lfilter([sum(below)], below, sound))
    return sound


def spoken(rng: np.random.Generator, *, hz: float, manner: Manner, snr_db: float) -> Spoken:
    """Three phrases of a voice with pauses, over white noise, at -24 dBFS."""
    pause = np.zeros(37 * HOP)
    sounds, pitches = [], []
    for _ in range(3):
        pitch = contour(rng, hz * 2 ** rng.uniform(-0.15, 0.15), 1.5, manner)
        sounds += [voice(rng, pitch, rough=0.03 if manner == "creak" else 0.006), pause]
        pitches += [pitch[::2], pause]
    sound = np.concatenate(sounds)
    level = np.sqrt(np.mean(sosfilt(_LINE, sound[sound != 0]) ** 2))
    sound = sound / level + rng.standard_normal(sound.size) * 10 ** (-snr_db / 20)
    middles = np.arange(HOP // 2, sound.size, HOP)
    return Spoken(pieces(telephone(sound * 10 ** (-24 / 20))), np.concatenate(pitches)[middles])


def pieces(samples: Samples) -> tuple[Piece, ...]:
    """Samples as the tracks' maker cuts them."""
    cut = Pieces()
    return (*cut.add(samples), *cut.finish())


def pitch_track(cut: tuple[Piece, ...]) -> Track:
    """Semitones of every frame."""
    return np.concatenate([pitch_semitones(piece, level_dbfs(piece)) for piece in cut])


def level_dbfs(piece: Piece) -> Track:
    """As the tracks have it."""
    return band_dbfs(piece.power[-piece.frames :], LOW_HZ, HIGH_HZ)


def pitch_errors(calls: list[Spoken]) -> PitchErrors:
    """Over all calls; the two frames at a phrase's edges are left out."""
    ratios: list[Signal] = []
    true_frames = 0
    for call in calls:
        found = pitch_track(call.pieces)
        inside = np.minimum.reduce([np.roll(call.truth_hz, shift) for shift in (-2, 0, 2)]) > 0
        true_frames += int(np.count_nonzero(inside))
        both = inside & (found > 0)
        ratios.append(LOWEST_HZ * 2 ** (found[both] / 12.0) / call.truth_hz[both])
    ratio = np.concatenate(ratios)
    return PitchErrors(
        gross=float(np.mean(np.abs(ratio - 1) > 0.2)),
        octave_up=float(np.mean(ratio > 1.5)),
        octave_down=float(np.mean(ratio < 1 / 1.5)),
        found=ratio.size / true_frames,
    )


@dataclass(frozen=True, eq=False)
class Acted:
    """An actor's clips one after the other on a line, and how aroused each was meant to be."""

    actor: str
    samples: Samples
    clips: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]


def acted(folder: Path) -> Iterator[Acted]:
    """The actors in a folder; one gain for all clips of an actor, as a line has."""
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for actor in sorted({row["actor"] for row in rows}, key=int):
        own = [row for row in rows if row["actor"] == actor]
        clips = [_clip(folder / row["file"]) for row in own]
        sound = np.concatenate(clips)
        ends = np.cumsum([0, *(clip.size for clip in clips)]) / RATE
        yield Acted(
            actor,
            telephone(0.9 * sound / np.abs(sound).max()),
            tuple(pairwise(ends.tolist())),
            tuple(row["arousal"] for row in own),
        )


def _clip(path: Path) -> Signal:
    """A mono clip at 8 kHz, of a rate that is a multiple of it."""
    with av.open(str(path)) as file:
        rate = file.streams.audio[0].rate
        sound = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    return np.asarray(resample_poly(sound.astype(np.float64), 1, rate // RATE))


def clip_scores(speaker: Acted) -> list[tuple[str, float | None]]:
    """Label and score of every clip, as the product computes it: from stored tracks."""
    tracks = tracked([speaker.samples[None]]).channels[0]
    return list(zip(speaker.labels, arousal(tracks, speaker.clips).scores, strict=True))


def auc(scored: list[tuple[str, float | None]]) -> float:
    """How often a clip of high arousal scores above one of low arousal."""
    high, low = (
        np.array([score for label, score in scored if label == name and score is not None])
        for name in ("high", "low")
    )
    difference = high[:, None] - low
    return float(np.mean((np.sign(difference) + 1) / 2))


def bench(folder: Path) -> None:
    """Print pitch errors, speed and arousal; the folder is not needed."""
    del folder
    rng = np.random.default_rng(20_260_101)
    calls = {
        (manner, snr_db): [
            spoken(rng, hz=hz, manner=manner, snr_db=snr_db)
            for hz in (85, 110, 140, 180, 220, 270, 330)
        ]
        for manner in MANNERS
        for snr_db in SNRS_DB
    }
    print(f"{'pitch':>12}  gross %  octave up %  down %  voiced frames found %")
    for manner in MANNERS:
        _print_pitch(manner, [c for (m, _), some in calls.items() if m == manner for c in some])
    for snr_db in SNRS_DB:
        chosen = [c for (_, snr), some in calls.items() if snr == snr_db for c in some]
        _print_pitch(f"{snr_db} dB", chosen)
    _print_pitch("all", [call for some in calls.values() for call in some])
    noise = pitch_track(pieces(telephone(0.03 * rng.standard_normal(60 * RATE))))
    print(f"noise frames taken for a voice: {np.mean(noise > 0):.1%}")
    _print_speed(rng)
    _print_arousal()


def _print_pitch(name: str, calls: list[Spoken]) -> None:
    e = pitch_errors(calls)
    print(f"{name:>12}  {100 * e.gross:7.2f}  {100 * e.octave_up:11.2f}  "
          f"{100 * e.octave_down:6.2f}  {100 * e.found:20.1f}")  # fmt: skip


def _print_speed(rng: np.random.Generator) -> None:
    """A two-channel call of which each side speaks 45 %."""
    phrase = voice(rng, contour(rng, 150, 1.35, "glide"), rough=0.006)
    turn = np.pad(phrase, (0, round(1.65 * RATE)))
    side = np.tile(turn, 200) + 0.05 * rng.standard_normal(200 * turn.size)
    cut = pieces(telephone(0.06 * side))
    levels = [level_dbfs(piece) for piece in cut]
    spent: list[float] = []
    for _ in range(5):
        before = time.process_time()
        for piece, level in zip(cut, levels, strict=True):
            pitch_semitones(piece, level)
        spent.append(time.process_time() - before)
    print(f"pitch of two channels: {side.size / RATE / (2 * min(spent)):,.0f} x real time")


def _print_arousal() -> None:
    if not RAVDESS.is_dir():
        print("arousal on emotion_ravdess: skipped, the clips are not here")
        return
    scored = {speaker.actor: clip_scores(speaker) for speaker in acted(RAVDESS)}
    everything = [pair for pairs in scored.values() for pair in pairs]
    unscored = sum(score is None for _, score in everything)
    print(f"arousal, high against low: AUC {auc(everything):.3f}; "
          f"{unscored} of {len(everything)} clips with too little voice")  # fmt: skip
    print("each actor: " + ", ".join(f"{actor} {auc(own):.2f}" for actor, own in scored.items()))
