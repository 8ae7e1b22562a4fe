"""The script of a call: greeting, reason, checks, diagnosis, hold, explanation, cues, goodbye."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flows.demo import matters, phrases
from flows.demo.log import PlannedCall
from flows.demo.manner import CUES
from flows.demo.pace import split_sentences, time_words
from flows.demo.timeline import AGENT, CUSTOMER, Line, Script, Timeline, lay_out
from flows.demo.wording import CHOICES, Random, fill, pick
from models.speech.voices import Delivery, Times

LAST_PART = 0.6
"""Cues count from here on: the last 40 % of the call."""

MARGIN = 0.02
"""How much later the first cue is planted, so that a second more or less changes nothing."""

LATEST_EARLY = 0.5
"""Sentences that sound like a cue without being one have been said by then."""

SHORTEST_S = 22.0
MAX_EXTRA = 14

PLAIN: frozenset[str] = frozenset()
EMPATHIC = frozenset(("empathic",))
UNHELPFUL = frozenset(("unhelpful",))


def write_script(rng: Random, call: PlannedCall) -> Script:
    """Write the call. Cues come late enough to count: where need be, more is asked before them."""
    writer = _Writer(rng, call)
    deliveries = _deliveries(call)
    before = [*writer.opening(), *writer.checks(), *writer.diagnosis()]
    middle = [*writer.hold(), *writer.explanation()]
    after = [*writer.resolution(), *writer.closing()]
    lines = [*before, *middle, *after]
    for _ in range(MAX_EXTRA):
        if _is_clear(lay_out(lines, time_lines(lines, deliveries))):
            break
        before.extend(writer.exchange())
        lines = [*before, *middle, *after]
    return Script(tuple(_interact(rng, call, lines)), deliveries)


def time_lines(lines: Iterable[Line], deliveries: Mapping[str, Delivery]) -> list[Times]:
    """The words of each line with the times that the table gives them."""
    return [time_words(line.text, deliveries[line.side]) for line in lines]


def _deliveries(call: PlannedCall) -> dict[str, Delivery]:
    """How each side speaks. An agent's pitch moves more in a warm call: delivery follows tone."""
    agent, customer, manner = call.agent, call.customer, call.manner
    return {
        AGENT: Delivery(agent.voice, manner.agent_rate_wpm, agent.pitch, manner.pitch_range),
        CUSTOMER: Delivery(customer.voice, manner.customer_rate_wpm, customer.pitch, 50),
    }


def _is_clear(timeline: Timeline) -> bool:
    """Whether every cue starts in the last part and what merely sounds like one is over early."""
    if timeline.duration_s < SHORTEST_S:
        return False
    for utterance in timeline.utterances:
        planted = not utterance.line.tags.isdisjoint(CUES)
        early_only = _is_early_only(utterance.line.text)
        if early_only and utterance.end_s > LATEST_EARLY * timeline.duration_s:
            return False
        if (
            planted
            and not early_only
            and utterance.start_s < (LAST_PART + MARGIN) * timeline.duration_s
        ):
            return False
    return True


def _is_early_only(text: str) -> bool:
    return text.startswith(tuple(option.split("{")[0] for option in phrases.EARLY_ONLY))


class _Writer:
    """Writes the parts of one call; keeps what was said, so that nothing is said twice."""

    def __init__(self, rng: Random, call: PlannedCall) -> None:
        self.rng = rng
        self.call = call
        self.manner = call.manner
        self.last_side = ""
        self.said: set[str] = set()
        self.empathic = call.manner.empathic
        self.unhelpful = call.manner.unhelpful
        self.silences = list(call.manner.dead_air_s)
        self.remarks = call.manner.remarks
        customer = call.customer
        self.known = {
            "agent": call.agent.name,
            "name": customer.name,
            "surname": customer.surname,
            "title": customer.title,
            "company": pick(rng, phrases.COMPANIES),
            "product": pick(rng, call.matter.products),
            "issue": pick(rng, call.matter.issues),
            "item": pick(rng, CHOICES["item"]),
            "bill": pick(rng, CHOICES["bill"]),
        }

    def opening(self) -> list[Line]:
        """Greeting, the reason, what happened before, and how the agent takes it."""
        lines = self.say(AGENT, phrases.GREETINGS, gap_s=float(self.rng.uniform(0.3, 0.9)))
        if self.rng.random() < 0.25:
            lines += self.say(CUSTOMER, phrases.CUSTOMER_HELLOS)
        lines += self.say(CUSTOMER, self.call.matter.openings)
        if self.call.transfers and self.rng.random() < 0.6:
            lines += self.say(CUSTOMER, phrases.TRANSFERRED_BEFORE)
        if self.call.repeat and self.rng.random() < 0.8:
            lines += self.say(CUSTOMER, phrases.CONTACTED_BEFORE)
        for _ in range(self.manner.stories):
            lines += self.say(CUSTOMER, phrases.STORIES)
        return lines + self.reaction(early=True)

    def reaction(self, *, early: bool = False) -> list[Line]:
        """One of the empathic and one of the unhelpful phrases that are left, if any."""
        lines: list[Line] = []
        if self.empathic:
            self.empathic -= 1
            options = phrases.EMPATHY + (phrases.EMPATHY_EARLY_ONLY if early else ())
            lines += self.say(AGENT, options, tags=EMPATHIC)
        if self.unhelpful:
            self.unhelpful -= 1
            options = phrases.UNHELPFUL + (phrases.UNHELPFUL_EARLY_ONLY if early else ())
            lines += self.say(AGENT, options, tags=UNHELPFUL)
        return lines

    def checks(self) -> list[Line]:
        """The customer's identity; often the agent then types in silence."""
        if self.rng.random() < 0.25:
            return self.remark() + self.silence(0.5)
        question, answer = phrases.VERIFICATIONS[int(self.rng.integers(len(phrases.VERIFICATIONS)))]
        asked = {
            "identifier": pick(self.rng, CHOICES["identifier"]),
            "given": pick(self.rng, phrases.GIVEN),
        }
        lines = self.say(AGENT, (question,), known=asked)
        lines += self.say(CUSTOMER, (answer,), known=asked)
        if self.rng.random() < 0.6:
            lines += self.say(AGENT, phrases.VERIFIED)
        return lines + self.remark() + self.silence(0.5)

    def diagnosis(self) -> list[Line]:
        """Questions and answers, and the dead air that is still to come."""
        lines: list[Line] = []
        for _ in range(self.manner.questions):
            lines += self.exchange() + self.remark() + self.silence(0.4)
        while self.silences:
            lines += self.exchange() + self.silence(1.0)
        return lines

    def exchange(self) -> list[Line]:
        """A question of the agent and the customer's answer."""
        pairs = [pair for pair in matters.QUESTIONS if pair[0] not in self.said]
        pairs = pairs or list(matters.QUESTIONS)
        question, answers = pairs[int(self.rng.integers(len(pairs)))]
        asked = {"identifier": pick(self.rng, CHOICES["identifier"])}
        return self.say(AGENT, (question,), known=asked) + self.say(CUSTOMER, answers, known=asked)

    def remark(self) -> list[Line]:
        """A short remark, warm or cool or neither."""
        if not self.remarks:
            return []
        self.remarks -= 1
        if self.rng.random() < 0.2:
            return self.say(AGENT, phrases.NEUTRAL)
        warm = self.rng.random() < self.manner.warmth
        return self.say(AGENT, phrases.WARM if warm else phrases.COOL)

    def silence(self, chance: float) -> list[Line]:
        """Dead air, if some is left, and the words that end it."""
        if not self.silences or self.rng.random() >= chance:
            return []
        gap_s = self.silences.pop()
        if self.rng.random() < 0.2:
            lines = self.say(CUSTOMER, phrases.STILL_THERE, gap_s=gap_s)
            return lines + self.say(AGENT, phrases.AFTER_SILENCE)
        return self.say(AGENT, phrases.AFTER_SILENCE, gap_s=gap_s)

    def hold(self) -> list[Line]:
        """Announcement, hold and thanks; nothing in a call without hold."""
        if not self.manner.hold_s:
            return []
        lines = self.say(AGENT, phrases.HOLD_ANNOUNCEMENTS)
        if self.rng.random() < 0.4:
            lines += self.say(CUSTOMER, phrases.HOLD_ACCEPTED)
        thanks = self.say(AGENT, phrases.HOLD_THANKS, gap_s=self.manner.hold_s)
        return [*lines, replace(thanks[0], after_hold=True), *thanks[1:], *self.reaction()]

    def explanation(self) -> list[Line]:
        """What the agent found, sometimes interrupted by a question, and the rest of the tone."""
        lines: list[Line] = []
        while self.empathic or self.unhelpful:
            lines += self.reaction()
        for index in range(self.manner.facts):
            own = self.rng.random() < 0.75
            lines += self.say(AGENT, self.call.matter.facts if own else matters.COMMON_FACTS)
            if index and self.rng.random() < 0.25:
                lines += self.say(CUSTOMER, phrases.CUSTOMER_SHORT)
        lines += self.remark()
        return lines

    def resolution(self) -> list[Line]:
        """The planted cues, each in words of its own; the deadline often within another cue."""
        cues = self.manner.cues
        lines: list[Line] = []
        asked = self.rng.random() < 0.5 and cues - {"acknowledgement"}
        prompt = self.say(CUSTOMER, phrases.CUSTOMER_PROMPTS) if asked else []
        for cue, options in (
            ("commitment", phrases.COMMITMENTS),
            ("next_step", phrases.NEXT_STEPS),
        ):
            if cue in cues:
                lines += self.say(AGENT, options, tags=frozenset((cue,)), known=self.fixes())
        if "timeline" in cues:
            lines = self.date(lines)
        if "recap" in cues:
            recap = self.say(AGENT, phrases.RECAPS, tags=frozenset(("recap",)))
            lines = lines + recap if self.rng.random() < 0.6 else recap + lines
        lines = prompt + lines
        if "acknowledgement" in cues:
            acknowledged = frozenset(("acknowledgement",))
            return lines + self.say(CUSTOMER, phrases.ACKNOWLEDGEMENTS, tags=acknowledged)
        return lines + self.say(CUSTOMER, phrases.NO_ACKNOWLEDGEMENT)

    def date(self, lines: list[Line]) -> list[Line]:
        """Add the deadline to a promise or next step, or say it in a sentence of its own."""
        able = [
            index
            for index, line in enumerate(lines)
            if line.text.startswith(phrases.TAKES_DEADLINE) and not line.text.endswith(" now.")
        ]
        if not able or self.rng.random() < 0.25:
            timeline = frozenset(("timeline",))
            return lines + self.say(AGENT, phrases.TIMELINES, tags=timeline)
        index = able[int(self.rng.integers(len(able)))]
        deadline = fill(" " + pick(self.rng, phrases.DEADLINES), self.rng, self.known)
        line = lines[index]
        dated = replace(
            line, text=line.text.rstrip(".") + deadline + ".", tags=line.tags | {"timeline"}
        )
        return [*lines[:index], dated, *lines[index + 1 :]]

    def fixes(self) -> dict[str, str]:
        """What the agent can do in this matter."""
        return {"fix": pick(self.rng, self.call.matter.fixes)}

    def closing(self) -> list[Line]:
        """Anything else, and goodbye."""
        lines: list[Line] = []
        if self.rng.random() < 0.12:
            lines += self.say(AGENT, phrases.LAST_OFFERS) + self.say(CUSTOMER, phrases.NOTHING_ELSE)
        warm = self.rng.random() < self.manner.warmth
        lines += self.say(AGENT, phrases.GOODBYES_WARM if warm else phrases.GOODBYES_PLAIN)
        if self.rng.random() < 0.45:
            lines += self.say(CUSTOMER, phrases.CUSTOMER_GOODBYES)
        return lines

    def say(
        self,
        side: str,
        options: Sequence[str],
        *,
        tags: frozenset[str] = PLAIN,
        gap_s: float | None = None,
        known: Mapping[str, str] | None = None,
    ) -> list[Line]:
        """One of `options` that was not said yet, filled in, a line for each sentence."""
        fresh = [option for option in options if option not in self.said] or list(options)
        template = pick(self.rng, fresh)
        self.said.add(template)
        text = fill(template, self.rng, {**self.known, **(known or {})})
        lines = []
        for sentence in split_sentences(text):
            usual_s = self.gap(side)
            lines.append(Line(side, sentence, usual_s if gap_s is None else gap_s, tags))
            gap_s = None
        return lines

    def gap(self, side: str) -> float:
        """The pause before a line: of one's own between sentences, or the time to answer."""
        same = side == self.last_side
        self.last_side = side
        if same:
            return round(float(self.rng.uniform(0.3, 0.7)), 2)
        return round(float(min(0.15 + self.rng.gamma(2.0, 0.17), 1.6)), 2)


def _interact(rng: Random, call: PlannedCall, lines: Sequence[Line]) -> list[Line]:
    """Let some lines start early and slip in backchannels."""
    changes = [
        index
        for index in range(1, len(lines))
        if lines[index].side != lines[index - 1].side and lines[index].gap_s < 2
    ]
    count = min(call.manner.overlaps, len(changes))
    early = {int(index) for index in rng.choice(changes, size=count, replace=False)}
    hosts = [index for index, line in enumerate(lines) if len(line.text.split()) >= 7]
    count = min(call.manner.backchannels, len(hosts))
    heard = {int(index) for index in rng.choice(hosts, size=count, replace=False)} if hosts else ()
    result = []
    for index, line in enumerate(lines):
        starts_early = index in early
        gap_s = -round(float(rng.uniform(0.35, 1.4)), 2) if starts_early else line.gap_s
        result.append(replace(line, gap_s=gap_s))
        if index in heard:
            late = index > len(lines) / 2
            options = phrases.LATE_BACKCHANNELS if late else phrases.EARLY_BACKCHANNELS
            side = CUSTOMER if line.side == AGENT else AGENT
            result.append(Line(side, pick(rng, options), 0.0, inside=True))
    return result
