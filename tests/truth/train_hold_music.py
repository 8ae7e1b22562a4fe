"""Make the weights of the detector of hold music anew, and say how good they are.

    python -m tests.truth.train_hold_music

Takes about ten minutes of one core and writes `pipeline/audio/hold_music.json`. The same code gives
the same weights. Only tuning seeds, voices and music are heard.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from pipeline.audio.hold_features import INGREDIENTS, STEP_S, hold_features
from pipeline.audio.hold_music import WEIGHTS, Ensemble
from pipeline.audio.spectrum import Samples
from pipeline.audio.tracks import Tracks, tracked
from tests.truth.call import Made, made_call
from tests.truth.coding import CODINGS, coded
from tests.truth.hold_traps import TRAP_KINDS, trap_sound
from tests.truth.music import HOLD_KINDS, SCORING_KINDS, SIGNALS, hold_sound
from tests.truth.noise import noise
from tests.truth.speech import telephone_band
from tests.truth.voices import TUNING_VOICES, studio

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MUSIC = tuple(kind for kind in HOLD_KINDS if kind not in (*SCORING_KINDS, *SIGNALS))
"""What is learnt. Tone signals are found by their cadence."""

_CALLS, _ALONE, _TRAPS = 10, 40, 24  # of each kind of music, and of each trap
_CALLS_WITHOUT = 60
_NOISY_CALLS = 40  # without hold, in babble or street noise: what comes nearest to music
_NOISY_DB = (3.0, 15.0)
_CALL_S, _ALONE_S, _TRAP_S = 80.0, 20.0, 30.0
_NETWORKS, _UNITS = 5, 16
_PENALTY = 3e-4
_ITERATIONS = 300
_SHARE_OF_MUSIC = 0.4  # of the weight of all else: hold is rare, and a false one hides speech
_WEIGHT_OF_TRAPS = 2.0
_LEAST_SNR_DB = 3.0  # music in more noise than that is nobody's example of music
_EDGE_S = 1.2  # windows that see the edge of a hold are no example of either
_FOLDS = 4


@dataclass(frozen=True, eq=False)
class Example:
    """A channel: `table` is (steps, features), `music` (steps,); only `used` steps teach."""

    kind: str
    table: Numbers
    music: Mask
    used: Mask
    weight: float


def examples() -> list[Example]:
    """Calls with every kind of music, calls without, music alone, and traps."""
    return [*_called(), *_alone(), *_trapped()]


def _called() -> Iterator[Example]:
    kinds = [*(kind for kind in MUSIC for _ in range(_CALLS)), *[""] * _CALLS_WITHOUT]
    for seed, kind in enumerate(kinds):
        made = made_call(seed, seconds=_CALL_S, hold_kinds=[kind] if kind else [])
        for side, channel in enumerate(tracked([made.samples]).channels):
            yield _example(kind, channel, made=made, side=side)
    rng = np.random.default_rng(2)
    for number in range(_NOISY_CALLS):
        made = made_call(
            len(kinds) + number,
            seconds=_CALL_S,
            hold_kinds=[],
            noise="babble" if number % 2 else "street",
            snr_db=float(rng.uniform(*_NOISY_DB)),
        )
        for side, channel in enumerate(tracked([made.samples]).channels):
            yield _example("", channel, made=made, side=side)


def _example(kind: str, channel: Tracks, *, made: Made, side: int) -> Example:
    table = _table(channel)
    at_s = (np.arange(len(table)) + 0.5) * STEP_S
    music, edge = np.zeros(at_s.size, np.bool_), np.zeros(at_s.size, np.bool_)
    for hold in made.hold:
        if side in hold.channels:
            music |= (at_s >= hold.start_s) & (at_s < hold.end_s)
            for end_s in (hold.start_s, hold.end_s):
                edge |= np.abs(at_s - end_s) < _EDGE_S
    level_db = sum(hold.level_db for hold in made.spec.holds)
    audible = made.spec.lines[side].snr_db + level_db >= _LEAST_SNR_DB
    return Example(kind, table, music, ~edge & (audible | ~music), 1.0)


def _alone() -> Iterator[Example]:
    """Nothing but music: more tunes and timbres than calls can hold in the same time."""
    for number in range(_ALONE):
        for place, kind in enumerate(MUSIC):
            rng = np.random.default_rng((number, place, 1))
            table = _table(tracked([_lined(hold_sound(kind, rng, _ALONE_S), rng)]).channels[0])
            everything = np.ones(len(table), np.bool_)
            yield Example(kind, table, everything, everything, 1.0)


def _trapped() -> Iterator[Example]:
    voices = [voice for voice in TUNING_VOICES if voice.kind == "espeak"]
    for number in range(_TRAPS):
        for place, kind in enumerate(TRAP_KINDS):
            rng = np.random.default_rng((number, place))
            with studio(scoring=False) as opened:
                sound = trap_sound(kind, rng, _TRAP_S, studio=opened, voices=voices)
            table = _table(tracked([_lined(sound, rng)]).channels[0])
            nothing = np.zeros(len(table), np.bool_)
            yield Example(kind, table, nothing, ~nothing, _WEIGHT_OF_TRAPS)


def _lined(sound: Samples, rng: np.random.Generator) -> Samples:
    """Through a band, a level, noise from 3 dB below to 40 dB, and a coding; (1, n)."""
    level_db, snr_db = rng.uniform(-22, 4), rng.uniform(3, 40)
    heard = telephone_band(sound) if rng.random() < 0.8 else sound
    hiss = noise("white" if rng.random() < 0.5 else "pink", rng, sound.size) * 0.1
    noisy = (heard + hiss * 10 ** (-snr_db / 20)) * 10 ** (level_db / 20)
    return coded(
        np.asarray(noisy[None], np.float32), list(CODINGS)[int(rng.integers(len(CODINGS)))]
    )


def _table(channel: Tracks) -> Numbers:
    features = hold_features({name: channel[name] for name in INGREDIENTS})
    return np.stack(list(features.values()), axis=1).astype(np.float64)


def names() -> tuple[str, ...]:
    """The features' names, in the order of the tables' columns."""
    return tuple(hold_features({name: np.zeros(1, np.float32) for name in INGREDIENTS}))


def fitted(several: Sequence[Example]) -> Ensemble:
    """The networks with the least penalised log loss, by L-BFGS from drawn starts.

    Loss: Σ w log(1 + e^−ys) / Σ w + penalty / 2 (|A|² + |v|²), every second step.
    """
    table = np.concatenate([one.table[one.used][::2] for one in several])
    music = np.concatenate([one.music[one.used][::2] for one in several])
    weight = np.concatenate([np.full(one.used.sum(), one.weight)[::2] for one in several])
    weight[music] *= _SHARE_OF_MUSIC * np.sum(~music) / np.sum(music)
    mean, deviation = table.mean(axis=0), table.std(axis=0) + 1e-9
    score = np.clip((table - mean) / deviation, -4, 4)
    data = (score, np.where(music, 1.0, -1.0), weight / weight.sum())
    parts = [_fit(data, seed) for seed in range(_NETWORKS)]
    return Ensemble(
        names(), mean, deviation, *(np.stack(part) for part in zip(*parts, strict=True))
    )


def _fit(
    data: tuple[Numbers, Numbers, Numbers], seed: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """One network: its parts."""
    rng = np.random.default_rng(seed)
    inputs = data[0].shape[1]
    start = np.concatenate(
        (rng.normal(0, 0.3 / np.sqrt(inputs), inputs * _UNITS), np.zeros(_UNITS),
         rng.normal(0, 0.3, _UNITS), np.zeros(1))
    )  # fmt: skip
    best = minimize(
        _loss, start, args=data, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}
    )
    hidden, bias, out, out_bias = _parts(best.x, inputs)
    return hidden, bias, out, np.array(out_bias)


def _parts(point: Numbers, inputs: int) -> tuple[Numbers, Numbers, Numbers, float]:
    hidden, bias, out, last = np.split(point, np.cumsum((inputs * _UNITS, _UNITS, _UNITS)))
    return hidden.reshape(inputs, _UNITS), bias, out, float(last[0])


def _loss(point: Numbers, score: Numbers, sign: Numbers, weight: Numbers) -> tuple[float, Numbers]:
    hidden, bias, out, last = _parts(point, score.shape[1])
    inner = np.tanh(score @ hidden + bias)
    margin = sign * (inner @ out + last)
    slope = -weight * sign / (1 + np.exp(np.minimum(margin, 50)))
    back = np.outer(slope, out) * (1 - np.square(inner))
    penalty = _PENALTY / 2 * (np.sum(np.square(hidden)) + np.sum(np.square(out)))
    gradient = (
        score.T @ back + _PENALTY * hidden, back.sum(axis=0), inner.T @ slope + _PENALTY * out,
        slope.sum(keepdims=True),
    )  # fmt: skip
    loss = float(np.sum(weight * np.logaddexp(0, -margin)) + penalty)
    return loss, np.concatenate([part.ravel() for part in gradient])


def validated(several: Sequence[Example]) -> Iterator[tuple[str, float | None, float]]:
    """(kind, share of its steps found, share of all else found) by networks that never heard it.

    A quarter of the kinds is left out at a time, traps among them; a trap has no steps to find.
    """
    kinds = sorted({one.kind for one in several if one.kind})
    for fold in range(_FOLDS):
        left_out = kinds[fold::_FOLDS]
        networks = fitted([one for one in several if one.kind not in left_out])
        for kind in left_out:
            own = [one for one in several if one.kind == kind]
            found = np.concatenate([networks.probability(one.table[one.used]) for one in own]) > 0.5
            music = np.concatenate([one.music[one.used] for one in own])
            right = float(np.mean(found[music])) if music.any() else None
            yield kind, right, float(np.mean(found[~music]))


def written(networks: Ensemble) -> str:
    """The weights as JSON, four places after the point."""
    numbers = {
        name: np.round(getattr(networks, name), 4).tolist()
        for name in ("mean", "deviation", "hidden", "hidden_bias", "out", "out_bias")
    }
    whole = {"names": networks.names, **numbers}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in whole.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Train, write, validate, print."""
    several = examples()
    WEIGHTS.write_text(written(fitted(several)), encoding="utf-8")
    print("half seconds found by networks that have not heard the kind:  of it, of all else")
    for kind, right, wrong in validated(several):
        print(f"{kind:18s} {'' if right is None else f'{right:.1%}':>8s} {wrong:8.1%}")


if __name__ == "__main__":
    main()
