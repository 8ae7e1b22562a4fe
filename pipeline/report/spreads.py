"""How a behaviour's values spread over calls: quartiles, or the share of yes, and a box of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.behaviours.register import Behaviour
from pipeline.report.charts import Scale, scale
from pipeline.report.wording import count, mean_text
from pipeline.small_numbers import HIDDEN_BELOW, hidden

QUARTERS = (25, 50, 75)


@dataclass(frozen=True)
class Spread:
    """`quarters`: what a quarter, half and three quarters of `n` calls stay below.

    Of a yes-or-no they are 0 and the share of yes. Empty where the calls are too few to show.
    """

    n: int
    quarters: tuple[float, ...]


@dataclass(frozen=True)
class Shown:
    """A spread in words, and its box as SVG lengths; `numbers` is empty where it is hidden."""

    n: str
    numbers: tuple[str, ...]
    low: str
    width: str
    middle: str


def spread(values: npt.NDArray[np.float64], behaviour: Behaviour) -> Spread:
    """Of the values that are known; unknown ones are NaN."""
    known = values[~np.isnan(values)]
    if hidden(len(known)):
        return Spread(len(known), ())
    if behaviour.binary:
        return Spread(len(known), (0.0, float(known.mean())))
    return Spread(len(known), tuple(float(q) for q in np.percentile(known, QUARTERS)))


def axis_of(spreads: Iterable[Spread], behaviour: Behaviour) -> Scale:
    """One axis for all of them, so that boxes can be compared; from no to all calls for a share."""
    if behaviour.binary:
        return Scale(0.0, 1.0)
    return scale((), around=[value for one in spreads for value in one.quarters])


def shown(one: Spread, behaviour: Behaviour, axis: Scale) -> Shown:
    """In words and lengths. Fewer than 30 calls are not counted out."""
    if not one.quarters:
        return Shown(f"fewer than {HIDDEN_BELOW}" if one.n else "0", (), "", "", "")
    low, high = axis.at(one.quarters[0]), axis.at(one.quarters[-1])
    told = one.quarters[1:] if behaviour.binary else one.quarters
    return Shown(
        n=count(one.n),
        numbers=tuple(mean_text(v, behaviour.unit, binary=behaviour.binary) for v in told),
        low=f"{low:g}%",
        width=f"{high - low:.4g}%",
        middle=axis.x(one.quarters[1]),
    )
