"""Tone of voice, from sound alone: plain measures of the agent, and a customer's arousal.

**The law.** No emotion of an agent is ever inferred from the voice; spreads of loudness and pitch
are measures of sound, no judgement of mood. The customer's arousal is there where the setting
`voice_emotion` asks for it (see `pipeline.audio.arousal`).
"""

from collections.abc import Callable, Sequence
from statistics import fmean

from pipeline.behaviours.call import Call, Turn, Voice
from pipeline.behaviours.conversation import talk
from pipeline.behaviours.register import Measure, Moment, behaviour, unknown

MOMENTS = 5
LEAST_TURNS_IN_HALF = 3
"""Of the customer's turns with a score, for a half of the call to have a mean."""

NO_SOUND = "the transcript has no sound"
TOO_OLD = "the call was heard before voices were measured, and its sound is gone"


@behaviour(
    unit="dB",
    owner="agent",
    expected="none",
    label="Loudness variation",
    source="plain acoustics; no inference of emotion",
    sided=True,
    from_sound=True,
    version=2,
)
def agent_loudness_variation_db(call: Call) -> Measure:
    """How much the agent's loudness varies: the spread of the voice's level, in dB.

    Half the distance between the 16th and the 84th percentile of the level of the agent's voiced
    sound, outside hold: a standard deviation that a few shouts do not change. Syllables alone give
    some dB, and how loud the line is does not matter. A measure of sound, no judgement of mood. Its
    moments are the loudest and the quietest turns. Unknown with less than 5 s of voice, and in a
    transcript.
    """
    levelled = sorted(
        (turn for turn in _agent_turns(call) if turn.level_dbfs is not None),
        key=lambda turn: (turn.level_dbfs, turn.start_s),
    )
    quiet = levelled[: min(2, len(levelled) // 2)]
    loud = levelled[len(quiet) :][-(MOMENTS - len(quiet)) :]
    moments = [*_moments("quiet turn", quiet, call), *_moments("loud turn", loud, call)]
    moments.sort(key=lambda moment: moment.start_s)
    return _variation(call, lambda voice: voice.loudness_variation_db, moments)


@behaviour(
    unit="semitones",
    owner="agent",
    expected="none",
    label="Pitch variation",
    source="plain acoustics; no inference of emotion",
    sided=True,
    from_sound=True,
    version=2,
)
def agent_pitch_variation_semitones(call: Call) -> Measure:
    """How much the agent's pitch varies: the spread of the voice's pitch, in semitones.

    Half the distance between the 16th and the 84th percentile of the pitch of the agent's voiced
    sound, outside hold: a standard deviation that a few pitches an octave off do not change. In
    semitones, high and low voices can be compared. A measure of sound, no judgement of mood. Its
    moments are the agent's longest turns. Unknown with less than 5 s of voice, and in a transcript.
    """
    longest = sorted(_agent_turns(call), key=lambda turn: (-turn.seconds, turn.start_s))
    moments = _moments("long turn", longest[:MOMENTS], call)
    return _variation(call, lambda voice: voice.pitch_variation_semitones, moments)


@behaviour(
    unit="dB",
    owner="customer",
    expected="none",
    label="Customer arousal",
    source="after Bone, Lee & Narayanan 2014",
    ranked=False,
    sided=True,
    from_sound=True,
)
def customer_arousal(call: Call) -> Measure:
    """How much louder the customer speaks in the most aroused turns than in the others, in dB.

    Each turn is compared with this customer's other turns in the same call, by its pitch, by how
    fast the pitch moves and by how bright the voice is, not by its loudness. That tells which turns
    are the most aroused, not how much. The value tells how much: the mean level of the most aroused
    quarter of the turns, less the mean level of all others. Some dB are usual in even speech.

    It finds calls in which the voice was raised for a while. In a test with made-up telephone calls
    of twelve acted turns, a call with three aroused turns had a higher value than a call with none
    in 84 of 100 pairs, a call with six in 88. A customer who shouts all the time is hardly told
    from one who never does (66 of 100), a line that evens out levels hides it, and anger and joy
    look alike. Off unless `voice_emotion` is "customer". Unknown with fewer than 10 turns with
    enough voice, and where the customer has no channel of their own.
    """
    if not (turns := _by_arousal(call)):
        return unknown(_why_no_arousal(call))
    levels = [turn.level_dbfs for turn in turns if turn.level_dbfs is not None]
    highest = max(round(len(levels) / 4), 1)
    lift = fmean(levels[:highest]) - fmean(levels[highest:])
    return Measure(lift, _moments("aroused turn", turns[:MOMENTS], call))


@behaviour(
    unit="standard scores",
    owner="customer",
    expected="down",
    label="Customer arousal trend",
    source="after Bone, Lee & Narayanan 2014; Genesys",
    ranked=False,
    sided=True,
    from_sound=True,
)
def customer_arousal_trend(call: Call) -> Measure:
    """Half the change of the customer's arousal from the first to the second half of the call.

    (second − first) / 2, of the mean scores of the turns that begin in each half (see
    customer_arousal); turns that begin in the last quarter count twice. Above 0 the customer spoke
    more strongly towards the end. Its moments are the most aroused turns of the half with the
    higher mean. Unknown with fewer than 3 turns with enough voice in a half, and where
    customer_arousal is.
    """
    if not (turns := _by_arousal(call)):
        return unknown(_why_no_arousal(call))
    first = [turn for turn in turns if turn.start_s < call.duration_s / 2]
    second = [turn for turn in turns if turn.start_s >= call.duration_s / 2]
    if min(len(first), len(second)) < LEAST_TURNS_IN_HALF:
        return unknown(f"fewer than {LEAST_TURNS_IN_HALF} turns with enough voice in a half")
    late = 0.75 * call.duration_s
    weights = [2.0 if turn.start_s >= late else 1.0 for turn in second]
    value = (fmean(map(_score, second), weights) - fmean(map(_score, first))) / 2
    higher = second if value > 0 else first
    return Measure(value, _moments("aroused turn", higher[:MOMENTS], call))


FROM_AROUSAL = (customer_arousal.__name__, customer_arousal_trend.__name__)
"""All that is told by arousal: what is to go when `voice_emotion` is switched off."""


def _agent_turns(call: Call) -> list[Turn]:
    return [turn for turn in talk(call) if turn.side == "agent"]


def _variation(
    call: Call, measured: Callable[[Voice], float | None], moments: Sequence[Moment]
) -> Measure:
    if not call.heard:
        return unknown(NO_SOUND)
    if "agent" not in call.voices:
        return unknown(TOO_OLD)
    value = measured(call.voices["agent"])
    if value is None:
        return unknown("less than 5 s of the agent's voice")
    return Measure(value, moments)


def _by_arousal(call: Call) -> list[Turn]:
    """The customer's turns with a score, the most aroused first; none without a score."""
    scored = [turn for turn in call.turns_of("customer") if turn.arousal is not None]
    return sorted(scored, key=lambda turn: (-_score(turn), turn.start_s))


def _score(turn: Turn) -> float:
    assert turn.arousal is not None, "only turns with a score are asked"
    return turn.arousal


def _why_no_arousal(call: Call) -> str:
    return call.no_arousal or (TOO_OLD if call.heard else NO_SOUND)


def _moments(kind: str, turns: Sequence[Turn], call: Call) -> list[Moment]:
    return [
        Moment(kind, turn.side, turn.start_s, turn.end_s, turn.text, call.timing_confidence)
        for turn in sorted(turns, key=lambda turn: turn.start_s)
    ]
