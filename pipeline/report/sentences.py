"""What may be said of an effect, in plain words: the verdict decides, never the number alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.behaviours.register import Behaviour
from pipeline.report.wording import effect, figures, is_scale, quantity

VERDICTS = {
    "driver": "More of it goes with a higher NPS, and chance alone is an unlikely explanation.",
    "friction": "More of it goes with a lower NPS, and chance alone is an unlikely explanation.",
    "depends": "It goes with NPS, but not the same way throughout: the curve turns. Read the curve "
    "before acting.",
    "no evidence": "The answers do not show that it goes with NPS. It may still do so, weakly.",
    "not enough data": "The segment has too few answers of its own (fewer than 200, or fewer than "
    "50 Promoters or 50 Detractors). The estimate leans on the other segments.",
}

_TURNS = {
    "middle": "NPS is highest in between",
    "ends": "NPS is highest at both ends",
    "up": "NPS rises with more of it, unevenly",
    "down": "NPS falls with more of it, unevenly",
}
_COUNTED_UNITS = ("count", "calls", "times", "phrases", "turns", "holds")
_LONGER_ENDINGS = ("time", "wait", "hold", "monologue", "silence")


@dataclass(frozen=True)
class Estimate:
    """A row of DRIVERS, as far as a sentence needs it."""

    effect_points: float
    ci_low: float
    ci_high: float
    from_value: float
    to_value: float
    unit: str
    verdict: str
    direction: str


def label_of(behaviour: Behaviour | None, name: str) -> str:
    """The register's label; for a behaviour that is not in the register, its name in words."""
    return behaviour.label if behaviour else name.replace("_", " ").strip().capitalize()


def in_sentence(label: str) -> str:
    """A label inside a sentence: "Dead air" becomes "dead air", "FCR, 1 day" stays."""
    first = label.partition(" ")[0]
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


def more_of(label: str, unit: str) -> str:
    """The subject of a sentence about a higher value: "More dead air", "A longer silence"."""
    plain = in_sentence(label)
    if plain.startswith("longest "):
        return f"A longer {plain.removeprefix('longest ')}"
    if unit == "s":
        return f"{'Longer' if plain.endswith(_LONGER_ENDINGS) else 'More'} {plain}"
    if unit in _COUNTED_UNITS or "per" in unit.split(" "):
        return f"More {plain}"
    return f"Higher {plain}"


def step(estimate: Estimate, *, binary: bool) -> str:
    """What changes: "when it rises from 0 s to 8 s", "where it happens rather than not"."""
    if binary:
        return "where it happens rather than not"
    unit = estimate.unit
    low = figures(estimate.from_value) if is_scale(unit) else quantity(estimate.from_value, unit)
    return f"when it rises from {low} to {quantity(estimate.to_value, unit)}"


def effect_sentence(estimate: Estimate, label: str, *, binary: bool) -> str:
    """One sentence: what goes with what, by how much, how sure, from where to where."""
    points = effect(estimate.effect_points, estimate.ci_low, estimate.ci_high)
    change = f"{points} {step(estimate, binary=binary)}"
    if estimate.verdict in ("driver", "friction"):
        return f"{_claim(estimate, label, binary=binary)}: {change}."
    if estimate.verdict == "depends":
        turn = _TURNS.get(estimate.direction, "the curve turns")
        return f"{label} goes with NPS, but it depends: {turn}; {change}."
    if estimate.verdict == "not enough data":
        return f"{label}: not enough data in this segment. Leaning on the others: {change}."
    return f"No evidence that {in_sentence(label)} goes with NPS: {change}."


def in_words(text: str, register: Mapping[str, Behaviour]) -> str:
    """A text with the names of registered behaviours replaced by their labels."""

    def worded(match: "re.Match[str]") -> str:
        behaviour = register.get(match[0])
        return in_sentence(behaviour.label) if behaviour else match[0]

    return re.sub(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", worded, text)


def _claim(estimate: Estimate, label: str, *, binary: bool) -> str:
    subject = f"“{label}”" if binary else more_of(label, estimate.unit)
    return f"{subject} goes with a {'higher' if estimate.verdict == 'driver' else 'lower'} NPS"
