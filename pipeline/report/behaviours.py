"""Behaviours' pages: what a number means, how it stands in the data, and the moments behind it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.behaviours.register import Behaviour
from pipeline.report.coverage import TextTable
from pipeline.report.glossary import limits, title
from pipeline.report.material import Material, segment_anchor
from pipeline.report.moments import Moments, MomentView, playing
from pipeline.report.segments import Drivers, DriverView, why_not_ranked
from pipeline.report.spreads import Shown, axis_of, shown, spread
from pipeline.report.wording import count, percent

FROM_LOG = "The call log alone tells it: there is no stretch of a call to play."
NOT_MEASURED = "It was measured in no call here; the reasons are above."
NOTHING_HAPPENED = (
    "No moments: nothing of it happened in these calls, or it is told by the call as a whole and "
    "no stretch of it proves the number."
)


@dataclass(frozen=True)
class Group:
    """The calls of a segment; `place` is its own on the page, `page` the segment's, if it has one.

    Where there are no moments, `why_no_moments` says why.
    """

    name: str
    place: str
    page: str
    spread: Shown
    effect: DriverView | None
    moments: tuple[MomentView, ...]
    why_no_moments: str


@dataclass(frozen=True)
class BehaviourPage:
    """Everything on a behaviour’s page; `why_not` says why it is not ranked."""

    behaviour: Behaviour
    page: str
    family: str
    why_not: str
    limits: tuple[str, ...]
    n_known: int
    n_calls: int
    unknown: TextTable
    spread: Shown
    groups: tuple[Group, ...]
    is_ranked_somewhere: bool
    names_other_calls: bool
    playing: str


def behaviour_pages(
    material: Material, drivers: Drivers, moments: Moments
) -> tuple[BehaviourPage, ...]:
    """A page for every behaviour of the register."""
    effects = {(s, view.name): view for s, views in drivers.items() for view in views}
    return tuple(_page(material, b, effects, moments) for b in material.behaviours.values())


def _page(
    material: Material,
    behaviour: Behaviour,
    effects: dict[tuple[str, str], DriverView],
    moments: Moments,
) -> BehaviourPage:
    values = _values(material, behaviour)
    whole = spread(values, behaviour)
    own = {s: spread(values[material.places.get(s, [])], behaviour) for s in material.sections}
    axis = axis_of([whole, *own.values()], behaviour)
    groups = tuple(
        Group(
            name=segment,
            place=segment_anchor(segment),
            page=material.segment_pages.get(segment, ""),
            spread=shown(own[segment], behaviour, axis),
            effect=effects.get((segment, behaviour.name)),
            moments=moments.get((segment, behaviour.name), ()),
            why_no_moments=_why_no_moments(behaviour, own[segment].n),
        )
        for segment in material.sections
    )
    return BehaviourPage(
        behaviour=behaviour,
        page=material.behaviour_pages[behaviour.name],
        family=title(behaviour.family),
        why_not=why_not_ranked(behaviour),
        limits=tuple(limits(behaviour)),
        n_known=whole.n,
        n_calls=len(values),
        unknown=_unknown(material, behaviour, len(values)),
        spread=shown(whole, behaviour, axis),
        groups=groups,
        is_ranked_somewhere=any(group.effect for group in groups),
        names_other_calls=behaviour.measure_log is not None and any(g.moments for g in groups),
        playing=playing(material, (moment for group in groups for moment in group.moments)),
    )


def _values(material: Material, behaviour: Behaviour) -> npt.NDArray[np.float64]:
    """One value per measured call, NaN where it is unknown."""
    if behaviour.name not in material.values:
        return np.full(len(material.values), np.nan)
    return material.values[behaviour.name].to_numpy(dtype=np.float64, na_value=np.nan)


def _why_no_moments(behaviour: Behaviour, n_known: int) -> str:
    if not n_known:
        return NOT_MEASURED
    return FROM_LOG if behaviour.from_log else NOTHING_HAPPENED


def _unknown(material: Material, behaviour: Behaviour, n_calls: int) -> TextTable:
    """Why it is unknown, the most frequent reason first."""
    found = [(why, n) for (name, why), n in material.unknown.items() if name == behaviour.name]
    ordered = sorted(found, key=lambda pair: (-pair[1], pair[0]))
    return TextTable(
        "Calls in which it is unknown, by reason",
        ("Reason", "Calls", "Share of measured calls"),
        tuple((why, count(n), percent(n / n_calls)) for why, n in ordered),
        numeric=(1, 2),
        empty="It is known in every measured call." if n_calls else "No call was measured yet.",
    )
