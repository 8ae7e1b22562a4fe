"""Tone of voice: drawn calls whose turns have levels and, the customer's, an arousal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from pipeline.behaviours import Call, Measured, measure_call, registered
from pipeline.behaviours.call import Turn, Voice
from pipeline.behaviours.tone_voice import FROM_AROUSAL
from tests.spec.drawing import draw
from tests.spec.specs import Spec

AGENT_VOICE = {"agent": Voice(2.5, 6.0), "customer": Voice(1.0, 1.0)}


@dataclass(frozen=True)
class Sounding(Spec):
    """A drawn call with what its sound tells: of its sides, and of each side's turns in order."""

    voices: Mapping[str, Voice] | None = None
    levels: Mapping[str, tuple[float | None, ...]] | None = None
    arousal: tuple[float | None, ...] = ()
    no_arousal: str | None = None
    heard: bool = True

    def call(self) -> Call:
        """The drawing with its sound."""
        drawn = draw(self.picture, self.says, heard=self.heard, **self.log)
        levels = {side: iter(own) for side, own in (self.levels or {}).items()}
        return replace(
            drawn,
            voices=self.voices or {},
            no_arousal=self.no_arousal,
            turns=tuple(_sounding(drawn.turns, levels, iter(self.arousal))),
        )


def _sounding(
    turns: tuple[Turn, ...],
    levels: dict[str, Iterator[float | None]],
    arousal: Iterator[float | None],
) -> Iterator[Turn]:
    for turn in turns:
        level = next(levels.get(turn.side, iter(())), None)
        score = next(arousal, None) if turn.side == "customer" else None
        yield replace(turn, level_dbfs=level, arousal=score)


AGENT = "agent    |####...####...##...######...#####|\ncustomer |....###....###..###......###.....|"
# Eight turns each; the call's second half begins at 8 s and its last quarter at 12 s.
CUSTOMER = "customer |#.#.#.#.#.#.#.#.|\nagent    |.#.#.#.#.#.#.#.#|"
LEVELS = {"customer": (-30.0, -30.0, -30.0, -30.0, -22.0, -30.0, -20.0, -30.0)}
RISING = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 2.0, 0.0)
FALLING = tuple(reversed(RISING))

SPECS = [
    Sounding("agent_loudness_variation_db", AGENT, 6.0, voices=AGENT_VOICE, moments=5,
             levels={"agent": (-30.0, -20.0, -25.0, -40.0, -22.0)}),
    # A turn without enough voice has no level, and cannot be the quietest.
    Sounding("agent_loudness_variation_db", AGENT, 6.0, voices=AGENT_VOICE, moments=2,
             levels={"agent": (-30.0, None, None, None, -22.0)}),
    Sounding("agent_loudness_variation_db", AGENT, None, voices={"agent": Voice(2.5, None)},
             because="less than 5 s of the agent's voice"),
    Sounding("agent_loudness_variation_db", AGENT, None, heard=False, because="no sound"),
    Sounding("agent_loudness_variation_db", AGENT, None, because="before voices were measured"),
    Sounding("agent_loudness_variation_db", AGENT, None, voices=AGENT_VOICE,
             log={"sides_known": "doubtful"}, because="doubtful"),
    Sounding("agent_loudness_variation_db", AGENT, None, voices=AGENT_VOICE,
             log={"timing_confidence": 0.2}, because="line is too poor"),
    Sounding("agent_pitch_variation_semitones", AGENT, 2.5, voices=AGENT_VOICE, moments=5),
    # Voices told apart in one channel are sides: their moments are as sure as that.
    Sounding("agent_pitch_variation_semitones", AGENT, 2.5, voices=AGENT_VOICE,
             log={"mono": True}, moments=5),
    Sounding("agent_pitch_variation_semitones", "unknown |####..####|", None,
             because="who speaks is not known"),
    Sounding("agent_pitch_variation_semitones", AGENT, None, heard=False, because="no sound"),
    # The highest quarter, two turns of eight, have -21 dBFS on average, the others -30.
    Sounding("customer_arousal", CUSTOMER, 9.0, levels=LEVELS, arousal=RISING, moments=5),
    Sounding("customer_arousal", CUSTOMER, 0.0, levels={"customer": (-30.0,) * 8},
             arousal=RISING, moments=5),
    Sounding("customer_arousal", CUSTOMER, None, no_arousal="voice_emotion is off",
             because="voice_emotion is off"),
    Sounding("customer_arousal", CUSTOMER, None,
             no_arousal="fewer than 10 turns with enough voice", because="fewer than 10 turns"),
    Sounding("customer_arousal", CUSTOMER, None, heard=False, because="no sound"),
    Sounding("customer_arousal", CUSTOMER, None, levels=LEVELS, arousal=RISING,
             log={"sides_known": "doubtful"}, because="doubtful"),
    # First half 0; second (1·1 + 1·0 + 2·2 + 2·0) / 6 = 5/6, for the last quarter counts twice.
    Sounding("customer_arousal_trend", CUSTOMER, 5 / 12, levels=LEVELS, arousal=RISING, moments=4),
    # First half 3/4, second 0; shown are the turns of the first.
    Sounding("customer_arousal_trend", CUSTOMER, -3 / 8, levels=LEVELS, arousal=FALLING, moments=4),
    Sounding("customer_arousal_trend", CUSTOMER, None, levels=LEVELS,
             arousal=(0.0, 0.0, None, None, 1.0, 0.0, 2.0, 0.0),
             because="fewer than 3 turns with enough voice in a half"),
    Sounding("customer_arousal_trend", CUSTOMER, None, no_arousal="voice_emotion is off",
             because="voice_emotion is off"),
]  # fmt: skip


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.behaviour}={s.value}")
def test_drawn_call(spec: Sounding) -> None:
    measured = measure_call(spec.call())
    if spec.value is None:
        assert spec.behaviour not in measured.values
        assert spec.because in measured.unknown[spec.behaviour]
        return
    assert measured.values[spec.behaviour] == pytest.approx(spec.value, abs=1e-4)
    if spec.moments is not None:
        assert len(measured.moments[spec.behaviour]) == spec.moments


def measured(behaviour: str, value: float | None) -> Measured:
    (spec, *_) = [one for one in SPECS if (one.behaviour, one.value) == (behaviour, value)]
    return measure_call(spec.call())


def test_the_loudest_and_the_quietest_turns_are_shown_as_such() -> None:
    shown = measured("agent_loudness_variation_db", 6.0).moments["agent_loudness_variation_db"]
    found = [(moment.start_s, moment.kind) for moment in shown]
    assert found == [(0, "quiet turn"), (7, "loud turn"), (14, "loud turn"), (19, "quiet turn"),
                     (28, "loud turn")]  # fmt: skip
    assert {moment.side for moment in shown} == {"agent"}


def test_the_most_aroused_turns_are_shown() -> None:
    shown = measured("customer_arousal", 9.0).moments["customer_arousal"]
    assert {8.0, 12.0} < {moment.start_s for moment in shown}
    assert {moment.side for moment in shown} == {"customer"}


def test_no_behaviour_of_an_agent_or_of_the_centre_reads_arousal() -> None:
    """Whatever arousal the turns have, agents' included, their behaviours stay as they are."""
    call = Sounding("", CUSTOMER, None, voices=AGENT_VOICE, levels=LEVELS).call()
    aroused = replace(
        call, turns=tuple(replace(t, arousal=float(n)) for n, t in enumerate(call.turns))
    )
    without, beside = measure_call(call), measure_call(aroused)
    differing = {b.name for b in registered()
                 if _of(without, b.name) != _of(beside, b.name)}  # fmt: skip
    assert differing == set(FROM_AROUSAL)
    assert {b.owner for b in registered() if b.name in FROM_AROUSAL} == {"customer"}


def _of(measured: Measured, name: str) -> tuple[object, ...]:
    return measured.values.get(name), measured.unknown.get(name), measured.moments.get(name)


def test_a_turn_on_hold_is_no_moment_of_the_voice() -> None:
    picture = "agent    |####.######|\ncustomer |#..........|\nhold     |.....hhhhhh|"
    drawn = Sounding(
        "agent_pitch_variation_semitones", picture, 2.5, voices=AGENT_VOICE,
        levels={"agent": (-30.0, -10.0)},
    )  # fmt: skip
    measured = measure_call(drawn.call())
    for name in ("agent_pitch_variation_semitones", "agent_loudness_variation_db"):
        assert [(m.start_s, m.end_s) for m in measured.moments[name]] == [(0.0, 4.0)]
