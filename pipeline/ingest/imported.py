"""A vendor's transcript as ours: sides told, with the times of the sound where there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Literal

from pipeline.audio.diarise import Diarised, Segment
from pipeline.audio.listening import Heard, Trace
from pipeline.behaviours.call import Word
from pipeline.ingest.mending import Mended, Spoken, mended
from pipeline.ingest.transcript_formats.document import MACHINE, Document
from pipeline.privacy.redaction import kinds_of, with_placeholders
from pipeline.spans import Span, merged, overlap, seconds
from pipeline.speech.fitting import common, fitted, lag, spread
from pipeline.speech.roles import roles_of_channels, roles_of_speakers
from pipeline.speech.sides import AGENT, CUSTOMER, UNKNOWN
from pipeline.speech.transcript import Facts, Transcript, make_transcript

STRAY_SHARE = 0.05
"""Of a call's words, this many may be left out because nobody, or a third one, says them."""

LEAST_FITTING = 0.5
"""Of a transcript's words, at least so many lie where the recording has speech, or it is another's.
"""

ROUND_S = 0.25
"""A turn without times of words is looked for in speech so far around it."""


Kind = Literal["sides", "channels", "speakers", "none"]


@dataclass(frozen=True)
class Voices:
    """A document's turns by who says them: two keys, or none told.

    `kind`: the vendor's own sides (keys "agent" and "customer"), its channels, its speakers, or
    nothing, and then all turns are under "unknown". `notes` say what was left out, and why.
    """

    kind: Kind
    turns: Mapping[str, Sequence[Spoken]]
    notes: tuple[str, ...] = ()


def voices(turns: Sequence[Spoken]) -> Voices:
    """Who says what. Machines are left out, and so are stray words of nobody and of a third one."""
    people = [turn for turn in turns if turn.said.side != MACHINE]
    notes = [f"{len(turns) - len(people)} turns of a machine"] if len(people) < len(turns) else []
    kind = _kind(people)
    told: dict[str, list[Spoken]] = {}
    nobody: list[Spoken] = []
    for turn in people:
        key = _key(turn, kind)
        (nobody if key is None else told.setdefault(key, [])).append(turn)
    keys = sorted(told, key=lambda key: (-_words(told[key]), key))
    if kind == "none" or (kind == "speakers" and len(keys) < 2):
        return Voices("none", {UNKNOWN: people}, tuple(notes))
    stray = _words(nobody) + sum(_words(told[key]) for key in keys[2:])
    if stray > STRAY_SHARE * _words(people):
        why = f"{len(keys)} speakers" if len(keys) > 2 else "turns of nobody"
        return Voices("none", {UNKNOWN: people}, (*notes, f"{why}: the sides are not known"))
    if stray:
        notes.append(f"{stray} words of nobody, or of a third speaker")
    return Voices(kind, {key: told[key] for key in keys[:2]}, tuple(notes))


def _kind(people: Sequence[Spoken]) -> Kind:
    """The first of sides, channels and speakers that any turn has."""
    kinds: tuple[Kind, ...] = ("sides", "channels", "speakers")
    return next((kind for kind in kinds if any(_key(turn, kind) for turn in people)), "none")


def _key(turn: Spoken, kind: Kind) -> str | None:
    said = turn.said
    channel = None if said.channel is None else str(said.channel)
    return {"sides": said.side, "channels": channel, "speakers": said.speaker}.get(kind)


def _words(turns: Sequence[Spoken]) -> int:
    return sum(len(turn.words) for turn in turns)


def _said(turns: Sequence[Spoken]) -> list[Word]:
    """Turn after turn: by their times, words of turns that overlap would stand between the digits
    of a number, and nobody would see it.
    """
    return [word for turn in turns for word in turn.words]


def read_alone(
    document: Document,
    call_id: str,
    *,
    agent_channel: int,
    language: str,
    logged_hold_s: float | None = None,
    names: Sequence[str] = (),
) -> Transcript:
    """A transcript without its recording; raises ValueError for one that cannot be mended.

    Sides are the vendor's, checked by the words; two channels are the configured ones, checked in
    the same way; anonymous speakers are told by their words. In doubt nobody is the agent.
    """
    made = mended(document)
    apart = voices(made.turns)
    language = document.language or language
    words, facts = _sided(apart, document, agent_channel, language)
    return make_transcript(
        call_id,
        "transcript",
        made.duration_s,
        words=words,
        language=language,
        hold=document.hold,
        logged_hold_s=logged_hold_s,
        facts=replace(facts, timing_confidence=_timed_share(made)),
        dropped=(*made.notes, *apart.notes),
        names=names,
    )


def _timed_share(made: Mended) -> float | None:
    """Of the words, those with times of their own; None where all have them."""
    count, exact = _words(made.turns), sum(turn.exact for turn in made.turns)
    return None if exact == count else exact / count


Sided = tuple[dict[str, list[Word]], Facts]


def _sided(apart: Voices, document: Document, agent_channel: int, language: str) -> Sided:
    """Words by our sides, and how it is known whose they are."""
    said = {key: _said(turns) for key, turns in apart.turns.items()}
    if apart.kind == "speakers":
        everything = _said(sorted(chain(*apart.turns.values()), key=lambda turn: turn.span))
        return _by_their_words(said, everything, document.channels, language)
    if apart.kind == "none" and (said[UNKNOWN] or document.channels == 1):
        return said, Facts(channels=1)
    agent, customer = _keys(apart, agent_channel)
    words = {AGENT: said.get(agent, []), CUSTOMER: said.get(customer, [])}
    plain = Facts(channels=document.channels)
    if document.trusted:
        return words, plain
    checked = roles_of_channels(words, language=language)
    if checked.how == "swapped":
        words = {AGENT: words[CUSTOMER], CUSTOMER: words[AGENT]}
    if checked.how == "as configured" and apart.kind == "sides":
        return words, plain
    return words, replace(plain, sides=checked.how, sides_confidence=checked.confidence)


def _by_their_words(
    said: Mapping[str, list[Word]], everything: list[Word], channels: int, language: str
) -> Sided:
    """Two speakers without names; nobody's words where it is doubtful who is the agent."""
    roles = roles_of_speakers(said, language=language)
    if roles.how == "doubtful":
        return {UNKNOWN: everything}, Facts(channels=1)
    agent, customer = roles.order
    facts = Facts(channels=channels, sides=roles.how, sides_confidence=roles.confidence)
    return {AGENT: said[agent], CUSTOMER: said[customer]}, facts


def _keys(apart: Voices, agent_channel: int) -> tuple[str, str]:
    """The agent's key and the customer's. Channels of other numbers: the first is the agent's."""
    if apart.kind != "channels":
        return AGENT, CUSTOMER
    numbers = sorted(apart.turns, key=int)
    agent = str(agent_channel)
    if agent not in numbers and len(numbers) == 2:
        agent = numbers[0]
    return agent, next((number for number in numbers if number != agent), "")


@dataclass(frozen=True)
class Placed:
    """A transcript's words by the recording's channel, each inside speech that was heard.

    `trace` has the vendor's voices where the recording is mono. `agent`: the channel, or the voice,
    that the vendor says is the agent; None where it does not. `untimed` are the turns whose words
    have no times of their own.
    """

    words: dict[int, list[Word]]
    trace: Trace
    agent: int | None
    dropped: tuple[str, ...]
    untimed: tuple[Span, ...] = ()


def placed(
    document: Document, trace: Trace, heard: Heard, *, language: str, names: Sequence[str] = ()
) -> Placed:
    """Put the words where the recording has speech; raises ValueError where they do not fit it.

    They are redacted before: by the times of the sound, words of other turns may come between.
    """
    made = mended(document)
    clean = _redacted(made.turns, document.language or language, names)
    union = merged(span for spans in heard.speech for span in spans)
    late_s = lag([turn.span for turn in made.turns], union, trace.duration_s)
    moved = [_spread(_shifted(turn, late_s), union) for turn in clean]
    apart = voices(moved)
    notes = [*made.notes, *apart.notes]
    if late_s:
        notes.append(f"moved as a whole by {late_s:+.1f} s, to fit the recording")
    words, agent = _by_channel(apart, trace, heard)
    if len(trace.numbers) == 1 and apart.kind != "none":
        speakers = _diarised(apart)
        trace = replace(trace, speakers=speakers)
        agent = _speaker(apart, AGENT) if apart.kind == "sides" else None
    result, far = {}, 0
    for number, speech in zip(trace.numbers, heard.speech, strict=True):
        result[number], lost = fitted(words[number], speech)
        far += lost
    count = sum(map(len, words.values()))
    if far > (1 - LEAST_FITTING) * count:
        raise ValueError(
            f"{far} of {count} words lie where the recording has no speech; expected the "
            "transcript of this recording"
        )
    if far:
        notes.append(f"{far} words where the recording has no speech")
    untimed = tuple(turn.span for turn in moved if not turn.exact)
    return Placed(result, trace, agent, tuple(notes), untimed)


def _shifted(turn: Spoken, late_s: float) -> Spoken:
    words = (
        replace(word, start_s=word.start_s + late_s, end_s=word.end_s + late_s)
        for word in turn.words
    )
    return replace(turn, words=tuple(words))


def _spread(turn: Spoken, speech: Sequence[Span]) -> Spoken:
    """The turn, its words over the speech in it where they have no times of their own."""
    if turn.exact:
        return turn
    start, end = turn.span
    heard = common(speech, (max(start - ROUND_S, 0.0), end + ROUND_S))
    return replace(turn, words=tuple(spread(turn.words, heard)))


def _redacted(turns: Sequence[Spoken], language: str, names: Sequence[str]) -> list[Spoken]:
    """The turns without secrets, which may run over several of them."""
    kind = _kind(turns)
    told: dict[str, list[Spoken]] = {}
    for turn in turns:
        told.setdefault(_key(turn, kind) or UNKNOWN, []).append(turn)
    said = {key: _said(own) for key, own in told.items()}
    kinds = {key: iter(own) for key, own in kinds_of(said, language=language, names=names).items()}
    return [
        replace(turn, words=with_placeholders(turn.words, list(islice(own, len(turn.words)))))
        for turn in turns
        for own in [kinds[_key(turn, kind) or UNKNOWN]]
    ]


def _by_channel(
    apart: Voices, trace: Trace, heard: Heard
) -> tuple[dict[int, list[Word]], int | None]:
    """The words of each channel, and the one that the vendor says is the agent's."""
    if len(trace.numbers) == 1:
        return {trace.numbers[0]: _said(list(chain(*apart.turns.values())))}, None
    speech = dict(zip(trace.numbers, heard.speech, strict=True))
    if apart.kind == "none":
        return _by_activity(_said(apart.turns[UNKNOWN]), speech), None
    said = {key: _said(turns) for key, turns in apart.turns.items()}
    one, two = trace.numbers
    first, second = _in_channel_order(apart)
    straight = _inside_s(said.get(first), speech[one]) + _inside_s(said.get(second), speech[two])
    crossed = _inside_s(said.get(first), speech[two]) + _inside_s(said.get(second), speech[one])
    if crossed > straight:
        first, second = second, first
    agent = None if apart.kind != "sides" else one if first == AGENT else two
    return {one: said.get(first, []), two: said.get(second, [])}, agent


def _in_channel_order(apart: Voices) -> tuple[str, str]:
    if apart.kind == "sides":
        return AGENT, CUSTOMER
    return min(apart.turns), max(apart.turns)


def _inside_s(words: Sequence[Word] | None, speech: Sequence[Span]) -> float:
    said = merged((word.start_s, word.end_s) for word in words or ())
    return seconds(overlap(said, speech))


def _by_activity(
    words: Sequence[Word], speech: Mapping[int, Sequence[Span]]
) -> dict[int, list[Word]]:
    """Each word to the channel that speaks most of its time, else to that of the word before."""
    result: dict[int, list[Word]] = {number: [] for number in speech}
    current = min(result)
    for word in words:
        span = word.start_s, word.end_s
        shares = {number: seconds(common(own, span)) for number, own in speech.items()}
        most = max(shares.values())
        if shares[current] < most:
            current = max(shares, key=lambda number: shares[number])
        result[current].append(word)
    return result


def _diarised(apart: Voices) -> Diarised:
    """The vendor's words as voices told apart: speaker 0 speaks first; one ends where the other
    begins, so that a "yes" inside a long turn takes its own time only.
    """
    words = sorted(
        (word.start_s, word.end_s, _speaker(apart, key))
        for key, turns in apart.turns.items()
        for word in _said(turns)
    )
    segments: list[Segment] = []
    for start, end, speaker in words:
        last = segments[-1] if segments else None
        if last is not None and last.speaker == speaker:
            segments[-1] = replace(last, end_s=max(last.end_s, end))
            continue
        if last is not None:
            segments[-1] = replace(last, end_s=min(last.end_s, start))
        segments.append(Segment(start, end, speaker, 1.0))
    return Diarised(tuple(one for one in segments if one.end_s > one.start_s), 1.0)


def _speaker(apart: Voices, key: str) -> int:
    """0 for who speaks first; a side that says nothing is the other one."""
    first = min(apart.turns, key=lambda one: (apart.turns[one][0].span[0], one))
    return 0 if key == first else 1
