"""Whole calls: who says what in which order, in one kind of business."""

from collections.abc import Iterable, Mapping

from models.speech.language.entries import entries
from models.speech.language.figures import Random, between, pick
from models.speech.language.filling import fill
from models.speech.language.sections import Key, options, sectors
from models.speech.language.speech import LONGEST_WORDS, said

AGENT = "agent"
CUSTOMER = "customer"

Turn = tuple[str, str]
"""The side and what it says, one to three sentences."""

FEWEST_TURNS = 12
MOST_TURNS = 40

_CHECKS = ("number", "name", "address", "birthday", "contact")


def call(rng: Random, *, scoring: bool) -> list[Turn]:
    """A call of 12 … 40 turns, from the agent's greeting to a goodbye; sides may speak twice.

    With `scoring` all but the stock replies comes from the templates that training never sees.
    """
    while True:
        turns = _Speaker(rng, scoring).call()
        if FEWEST_TURNS <= len(turns) <= MOST_TURNS:
            return turns


class _Speaker:
    """Says the parts of one call, with one company, agent and customer throughout."""

    def __init__(self, rng: Random, scoring: bool) -> None:
        self.rng = rng
        self.scoring = scoring
        self.sector = pick(rng, sectors())
        self.known = _people(rng, self.sector)

    def call(self) -> list[Turn]:
        """All parts in order."""
        parts = (
            self.opening(), self.checks(), self.diagnosis(), self.hold(), self.explanation(),
            self.resolution(), self.closing(),
        )  # fmt: skip
        return [turn for part in parts for turn in part]

    def opening(self) -> Iterable[Turn]:
        """Greeting, reason and first reaction."""
        yield self.agent("greeting")
        yield self.customer("opening", "problem")
        if self.chance(0.5):
            yield self.agent("listen")
            yield self.customer("detail", *self.some("feeling_bad"))
        yield self.agent(pick(self.rng, ("empathy", "empathy", "remark")))

    def checks(self) -> Iterable[Turn]:
        """One to three questions of identity and their answers."""
        count = between(self.rng, 1, 3)
        chosen = sorted(pick(self.rng, _CHECKS) for _ in range(count))
        for check in dict.fromkeys(chosen):
            yield self.agent(f"ask_{check}")
            yield self.customer(f"give_{check}")
        yield self.agent("verified")

    def diagnosis(self) -> Iterable[Turn]:
        """Questions, things to try, answers, asides."""
        for _ in range(between(self.rng, 1, 4)):
            yield self.agent(pick(self.rng, ("question", "question", "instruct")))
            yield self.customer(pick(self.rng, ("yes", "no", "answer", "answer", "answer")))
            if self.chance(0.3):
                yield self.agent("listen")
                yield self.customer(pick(self.rng, ("detail", "detail", "story")))

    def hold(self) -> Iterable[Turn]:
        """In two calls of five the agent goes away, sometimes after small talk."""
        if not self.chance(0.4):
            return
        yield self.agent("hold")
        yield self.customer("wait")
        if self.chance(0.4):
            yield self.agent("small_talk")
            yield self.customer("small_talk")
        yield self.agent("back")

    def explanation(self) -> Iterable[Turn]:
        """What the agent found and what the customer says to it."""
        for _ in range(between(self.rng, 1, 3)):
            yield self.agent("fact")
            yield self.customer(pick(self.rng, ("prompt", "feeling_bad", "yes", "detail")))
            if self.chance(0.35):
                yield self.agent(pick(self.rng, ("empathy", "empathy", "cold")))

    def resolution(self) -> Iterable[Turn]:
        """An offer, perhaps refused at first, then promises, dates, a summing up."""
        yield self.agent("offer")
        if self.chance(0.3):
            yield self.customer("decline")
            yield self.agent("offer")
        yield self.customer("accept")
        if self.chance(0.1):
            yield self.agent("transfer")
            yield self.customer("yes")
        yield self.agent("promise", *self.some("next_step"), *self.some("timeline"))
        yield self.customer(pick(self.rng, ("yes", "accept", "feeling_good", "prompt")))
        if self.chance(0.4):
            yield self.agent("recap")
            yield self.customer("yes")

    def closing(self) -> Iterable[Turn]:
        """Anything else, and goodbyes; the last turn is the agent's or the customer's goodbye."""
        yield self.agent("anything_else")
        yield self.customer("nothing_else", *self.some("feeling_good"))
        yield self.agent("closing")
        yield self.customer("goodbye")
        if self.chance(0.5):
            yield self.agent("goodbye")

    def agent(self, *functions: str) -> Turn:
        return self.turn(AGENT, functions)

    def customer(self, *functions: str) -> Turn:
        return self.turn(CUSTOMER, functions)

    def turn(self, side: str, functions: Iterable[str]) -> Turn:
        return side, " ".join(self.say(side, function) for function in functions)

    def say(self, side: str, function: str) -> str:
        """One sentence, drawn again while it is too long."""
        found = options(Key(side, function, self.sector), scoring=self.scoring)
        known = {**self.known, "sector": self.sector}
        while True:
            text = said(fill(pick(self.rng, found), self.rng, known), self.rng, side=side)
            if len(text.split()) <= LONGEST_WORDS:
                return text

    def some(self, function: str) -> tuple[str, ...]:
        """The function, in one case of two."""
        return (function,) if self.chance(0.5) else ()

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)


def _people(rng: Random, sector: str) -> Mapping[str, str]:
    """The names that stay the same throughout a call."""
    names = entries()
    company = fill(pick(rng, names[f"{sector}_company"]), rng, {})
    return {
        "company": company,
        "agent": pick(rng, names["first_name"]),
        "customer": pick(rng, names["first_name"]),
        "surname": pick(rng, names["surname"]),
        "title": pick(rng, names["title"]),
    }
