"""What a caller hears on hold, made up: music, ring tones, beeps and announcements at 8 kHz.

Some kinds, chord progressions, timbres and tempi are for scoring only: a detector that is trained
on the others has never heard them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from scipy.signal import istft, stft

from pipeline.audio.spectrum import Samples
from tests.truth.instruments import RATE, Sound, Timbre, cymbal, place, plucked_string, tone
from tests.truth.parts import (
    Scene,
    bass,
    chords_part,
    drums,
    even,
    melody_notes,
    scene,
    spoken,
    sung,
    tune,
)


def _pop(rng: np.random.Generator, s: Scene) -> Sound:
    sound = even(chords_part(rng, s)) + 0.6 * even(bass(rng, s))
    sound += rng.uniform(0.5, 1.2) * even(drums(rng, s))
    return sound + (0.8 * even(tune(rng, s, "keys")) if rng.random() < 0.5 else 0)


def _song(rng: np.random.Generator, s: Scene) -> Sound:
    part = "pad" if rng.random() < 0.3 else "keys"
    backing = even(chords_part(rng, s, part)) + 0.5 * even(bass(rng, s))
    if rng.random() < 0.8:
        backing += rng.uniform(0.4, 1.0) * even(drums(rng, s))
    return even(backing) + rng.uniform(0.7, 2.0) * even(sung(rng, s))


def _arpeggio(rng: np.random.Generator, s: Scene) -> Sound:
    out = s.silence()
    per_beat = int(rng.choice([2, 3, 4]))
    order = rng.permutation([0, 1, 2, 3, 2, 1])
    for start, (_, root, third, fifth) in s.bars():
        notes = (root + 12, third + 12, fifth + 12, root + 24)
        step = s.beat_s / per_beat
        for i in range(s.beats * per_beat):
            note = notes[order[i % len(order)]]
            place(out, start + i * step, tone(rng, note, 1.5 * step, s.timbres["keys"]))
    return out


def _pad(rng: np.random.Generator, s: Scene) -> Sound:
    return chords_part(rng, s, "pad")


def _plucked(rng: np.random.Generator, s: Scene) -> Sound:
    return even(tune(rng, s, "keys")) + rng.uniform(0, 0.8) * even(chords_part(rng, s))


def _strings(rng: np.random.Generator, s: Scene) -> Sound:
    return even(chords_part(rng, s, "bow")) + even(tune(rng, s, "bow"))


def _classical(rng: np.random.Generator, s: Scene) -> Sound:
    """Wide dynamics (20–30 dB over 5–20 s) and rests of 0.3–1.5 s."""
    lead = "bow" if rng.random() < 0.5 else "keys"
    sound = even(tune(rng, s, lead)) + 0.8 * even(chords_part(rng, s, "bow"))
    t = np.arange(s.n) / RATE
    waves = np.sin(2 * np.pi * t / rng.uniform(5, 20)) + np.sin(2 * np.pi * t / rng.uniform(7, 25))
    sound *= 10 ** (rng.uniform(5, 7.5) * waves / 20)
    at = rng.uniform(4, 10)
    while at < s.seconds - 2:
        end = at + rng.uniform(0.3, 1.5)
        sound[int(at * RATE) : int(end * RATE)] *= 0.003
        at = end + rng.uniform(4, 14)
    return sound


def _low_bit_rate(rng: np.random.Generator, s: Scene) -> Sound:
    """Music of which a poor coder has left the loudest bins only, in steps of 3 dB."""
    sound = (_song, _pop, _strings, _plucked)[rng.integers(4)](rng, s)
    _, _, bins = stft(sound, RATE, nperseg=256)
    size = np.abs(bins)
    keep = size > np.quantile(size, rng.uniform(0.7, 0.88), axis=0)
    steps = 10 ** (3 * np.round(20 * np.log10(size + 1e-9) / 3) / 20)
    _, poor = istft(np.where(keep, steps, 0) * np.exp(1j * np.angle(bins)), RATE, nperseg=256)
    return np.resize(poor, s.n)


def _advert(rng: np.random.Generator, s: Scene) -> Sound:
    """A reader over music that is 3–12 dB weaker."""
    music = (_pop, _plucked, _arpeggio)[rng.integers(3)](rng, s)
    return even(music) + 10 ** (rng.uniform(3, 12) / 20) * even(spoken(rng, s.n))


def _announced(rng: np.random.Generator, s: Scene) -> Sound:
    """Music that every 15–30 s makes room, or goes down by 15 dB, for a sentence of 2.5–6 s."""
    sound = even((_pop, _song, _strings, _arpeggio)[rng.integers(4)](rng, s))
    stops = rng.random() < 0.5
    at = rng.uniform(6, 15)
    while at < s.seconds - 10:
        length = rng.uniform(2.5, 3.8) if stops else rng.uniform(3, 6)
        part = slice(int(at * RATE), int((at + length) * RATE))
        sound[part] *= 0.0 if stops else 10 ** (-15 / 20)
        place(sound, at, spoken(rng, round((length - 0.2) * RATE)), 0.3)
        at += length + rng.uniform(15, 30)
    return sound


def _guitar(rng: np.random.Generator, s: Scene) -> Sound:
    out = s.silence()
    dull = float(rng.uniform(0, 0.6))
    for start, (root, _, third, fifth) in s.bars():
        for beat in range(s.beats):
            for i, note in enumerate((root, fifth, root + 12, third + 12, fifth + 12)):
                sound = plucked_string(rng, note, 1.5 * s.beat_s, dull)
                place(out, start + beat * s.beat_s + 0.015 * i, sound)
    return out


def _organ(rng: np.random.Generator, s: Scene) -> Sound:
    """A waltz on an organ whose vibrato is of the loudness."""
    waltz = replace(s, swing=0.0, beats=3)
    stop, out = Timbre(fall=0.6, even=0.8, attack_s=0.02), s.silence()
    for start, (root, *chord) in waltz.bars():
        place(out, start, tone(rng, root, waltz.beat_s, stop), 1.5)
        for beat in (1, 2):
            for note in chord:
                place(out, start + beat * s.beat_s, tone(rng, note + 12, 0.6 * s.beat_s, stop))
    for start, length, note in melody_notes(rng, waltz):
        place(out, start, tone(rng, note, length, stop))
    return np.asarray(out * (1 + 0.2 * np.sin(2 * np.pi * 6 * np.arange(s.n) / RATE)))


def _brass(rng: np.random.Generator, s: Scene) -> Sound:
    """A swinging band: short chords off the beat over a walking bass and a cymbal."""
    horn, out = Timbre(fall=0.5, attack_s=0.03, voices=3, detune_cents=7), s.silence()
    ride = cymbal(rng, 0.12)
    for start, chord in s.bars():
        for beat in range(s.beats):
            at = start + beat * s.beat_s
            place(out, at, tone(rng, chord[beat % 4] - 12, s.beat_s, s.timbres["bass"]), 1.5)
            place(out, at, ride, 0.5)
            if rng.random() < 0.5:
                length = float(rng.choice([0.2, 0.6])) * s.beat_s
                for note in chord[1:]:
                    place(out, at + 0.66 * s.beat_s, tone(rng, note + 12, length, horn), 0.5)
    return out


def _electronic(rng: np.random.Generator, s: Scene) -> Sound:
    """A bright pad that ducks at every beat, and an eighth-note tune of saw teeth."""
    saw, out = Timbre(fall=0.9, attack_s=0.005, decay_s=0.15), s.silence()
    for start, chord in s.bars():
        for i in range(2 * s.beats):
            note = chord[1 + int(rng.integers(3))] + 24
            place(out, start + i * s.beat_s / 2, tone(rng, note, s.beat_s / 2, saw))
    phase = np.arange(s.n) / RATE / s.beat_s % 1
    pad = even(chords_part(rng, s, "pad")) * np.minimum(1, 0.1 + 2 * phase)
    return pad + 0.7 * even(out) + 0.5 * even(drums(rng, s))


def _choir(rng: np.random.Generator, s: Scene) -> Sound:
    """Three singers of their own tunes in one scale, without instruments."""
    return np.asarray(np.sum([even(sung(rng, s)) for _ in range(3)], axis=0))


def _bursts(
    s: Scene, freqs_hz: tuple[float, ...], on_off_s: tuple[float, ...], start_s: float = 0
) -> Sound:
    """Sines that are on and off in turn by these seconds, with edges of 5 ms."""
    t = np.arange(s.n) / RATE
    tones = np.sum([np.sin(2 * np.pi * f * t) for f in freqs_hz], axis=0)
    gate, at, turn = s.silence(), start_s, 0
    while at < s.seconds:
        length = on_off_s[turn % len(on_off_s)]
        if turn % 2 == 0:
            gate[round(at * RATE) : round((at + length) * RATE)] = 1
        at, turn = at + length, turn + 1
    smooth = np.ones(40) / 40
    return np.asarray(tones * np.convolve(gate, smooth, "same"))


def _ring_us(rng: np.random.Generator, s: Scene) -> Sound:
    return _bursts(s, (440, 480), (2, 4))


def _ring_uk(rng: np.random.Generator, s: Scene) -> Sound:
    return _bursts(s, (400, 450), (0.4, 0.2, 0.4, 2))


def _ring_eu(rng: np.random.Generator, s: Scene) -> Sound:
    return _bursts(s, (425,), (1, 4))


def _ring_other(rng: np.random.Generator, s: Scene) -> Sound:
    """Ring tones of Japan, Italy and Australia."""
    rings = (((384, 416), (1, 2)), ((425,), (1.0, 4.0)), ((400, 425), (0.4, 0.2, 0.4, 2)))
    return _bursts(s, *rings[rng.integers(3)])


def _beeps(rng: np.random.Generator, s: Scene) -> Sound:
    """One or two short beeps every 5–15 s."""
    short, pause = float(rng.uniform(0.15, 0.5)), float(rng.uniform(5, 15))
    on_off = (short, pause) if rng.random() < 0.6 else (short, 0.15, short, pause)
    return _bursts(s, (float(rng.uniform(400, 1400)),), on_off)


def _comfort_tone(rng: np.random.Generator, s: Scene) -> Sound:
    """A steady soft tone that comes and goes: on 1–3 s, off 0.5–2 s."""
    base = float(rng.uniform(300, 900))
    return _bursts(s, (base, 1.5 * base), (float(rng.uniform(1, 3)), float(rng.uniform(0.5, 2))))


_KINDS: Mapping[str, Callable[[np.random.Generator, Scene], Sound]] = {
    "song": _song,
    "pop": _pop,
    "arpeggio": _arpeggio,
    "pad": _pad,
    "plucked": _plucked,
    "strings": _strings,
    "drums": drums,
    "classical": _classical,
    "low_bit_rate": _low_bit_rate,
    "advert": _advert,
    "announced": _announced,
    "ring_us": _ring_us,
    "ring_uk": _ring_uk,
    "ring_eu": _ring_eu,
    "beeps": _beeps,
    "comfort_tone": _comfort_tone,
    "guitar": _guitar,
    "organ": _organ,
    "brass": _brass,
    "electronic": _electronic,
    "choir": _choir,
    "ring_other": _ring_other,
}

SCORING_KINDS = ("guitar", "organ", "brass", "electronic", "choir", "ring_other")
"""Never trained on."""

HOLD_KINDS: tuple[str, ...] = tuple(_KINDS)
"""Every kind."""

SIGNALS = ("ring_us", "ring_uk", "ring_eu", "ring_other", "beeps", "comfort_tone")
"""Kinds that are mostly silence; all others are music."""


def hold_sound(
    kind: str, rng: np.random.Generator, seconds: float, *, scoring: bool = False
) -> Samples:
    """Hold of one of `HOLD_KINDS`: 8 kHz, RMS 0.1 where it sounds, before any level and line.

    It begins at once, or, one in four pieces of music, with a fade-in of up to 1.5 s. `scoring`
    takes progressions, timbres and tempi that no training has heard.
    """
    sound = even(_KINDS[kind](rng, scene(rng, seconds, scoring=scoring))) / 10
    if kind not in SIGNALS and rng.random() < 0.25:
        rise = int(min(rng.uniform(0.3, 1.5), seconds) * RATE)
        sound[:rise] *= np.linspace(0, 1, rise)
    return np.asarray(np.clip(sound, -0.99, 0.99), np.float32)
