"""The register: `@behaviour` turns a function into a column, a glossary entry and a driver."""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, cast, get_args

import pandas as pd

from pipeline.behaviours.call import Call
from pipeline.tables import BEHAVIOURS, BRAND_REGION, CONTEXTS, JOINED

Owner = Literal["agent", "centre", "customer"]
Direction = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Moment:
    """An event that proves a number: what, who, when, and the words where there are any."""

    kind: str
    side: str
    start_s: float
    end_s: float
    quote: str | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Measure:
    """A behaviour's value in one call with the moments behind it; without a value, the reason."""

    value: float | None
    moments: Sequence[Moment] = ()
    why_unknown: str | None = None

    def __post_init__(self) -> None:
        assert (self.value is None) == (self.why_unknown is not None), "a null needs its reason"


def unknown(reason: str) -> Measure:
    """A value that could not be measured, and why. Unknown is not zero."""
    return Measure(None, (), reason)


@dataclass(frozen=True)
class Behaviour:
    """What the register knows of a behaviour.

    `expected` is the direction of NPS with more of it, written down before any fit. `owner` decides
    who sees it: agent (ranked, coached), centre (ranked, never on a focus list), customer (shown
    beside, never ranked). `family` is the module that defines it. A behaviour looks at one call
    (`measure`) or at the whole call log at once (`measure_log`).
    """

    name: str
    unit: str
    owner: Owner
    expected: Direction
    ranked: bool
    definition: str
    source: str
    family: str
    version: int
    label: str
    binary: bool = False
    sided: bool = False
    two_channels: bool = False
    from_sound: bool = False
    from_words: bool = False
    from_log: bool = False
    window_days: int | None = None
    own: bool = False
    measure: Callable[[Call], Measure] | None = None
    measure_log: Callable[[pd.DataFrame], pd.DataFrame] | None = None

    @property
    def summary(self) -> str:
        """The first sentence of the definition."""
        return self.definition.split("\n\n")[0].replace("\n", " ")


class RegisterError(ValueError):
    """A behaviour cannot be registered; the message says which and why."""


RESERVED = {
    column.name
    for columns in (BEHAVIOURS.columns, JOINED.columns, CONTEXTS, BRAND_REGION)
    for column in columns
}
"""Columns beside which a behaviour's own stands in a table."""

_REGISTER: dict[str, Behaviour] = {}
OWN_MODULES = "attune_own."
"""Modules of the user's own folder are named so."""

FAILED = "the behaviour failed with {}"
NOT_FINITE = "the behaviour gave no finite number"

Function = TypeVar("Function", bound=Callable[..., object])


def behaviour(
    *,
    unit: str,
    owner: Owner,
    expected: Direction,
    label: str,
    source: str,
    ranked: bool = True,
    binary: bool = False,
    sided: bool = False,
    two_channels: bool = False,
    from_sound: bool = False,
    from_words: bool = False,
    from_log: bool = False,
    whole_log: bool = False,
    window_days: int | None = None,
    version: int = 1,
) -> Callable[[Function], Function]:
    """Register a function under its own name; its docstring is the definition.

    `sided`: unknown while it is not known which side is the agent. `two_channels`: unknown in
    mono, where of two who speak at once one is heard. `from_sound`: unknown on a line on which
    speech cannot be told. `from_words`: unknown on a call with too few words. `from_log`: the call
    log alone tells it, whatever the recording is like.

    `whole_log`: the function takes the rows of CALLS instead of one call and returns, indexed by
    call_id, the columns `value`, `reason` (why there is no value) and `moment` (what happened, in
    words, where the value has an event to show; else None). `window_days`: it looks ahead so far,
    so a survey may only use it when it was answered after that.
    """

    def register(function: Function) -> Function:
        name = function.__name__
        definition = inspect.getdoc(function)
        if not definition:
            raise RegisterError(f"{name} needs a docstring: it is the definition shown to users")
        if not name.isidentifier() or name != name.lower():
            raise RegisterError(f"{name!r} is no name for a column: expected a_name_like_this")
        if owner not in get_args(Owner) or expected not in get_args(Direction):
            raise RegisterError(
                f"{name}: got owner {owner!r} and expected {expected!r}, "
                f"expected one of {get_args(Owner)} and one of {get_args(Direction)}"
            )
        if name in _REGISTER or name in RESERVED:
            raise RegisterError(f"the name {name} is taken")
        _REGISTER[name] = Behaviour(
            name=name, unit=unit, owner=owner, expected=expected, ranked=ranked,
            definition=definition, source=source, family=function.__module__.rsplit(".", 1)[-1],
            version=version, label=label, binary=binary, sided=sided, two_channels=two_channels,
            from_sound=from_sound, from_words=from_words, from_log=from_log or whole_log,
            window_days=window_days, own=function.__module__.startswith(OWN_MODULES),
            measure=None if whole_log else cast("Callable[[Call], Measure]", function),
            measure_log=(
                cast("Callable[[pd.DataFrame], pd.DataFrame]", function) if whole_log else None
            ),
        )  # fmt: skip
        return function

    return register


def forget_own() -> None:
    """Take the user's own behaviours out of the register."""
    for name in [name for name, one in _REGISTER.items() if one.own]:
        del _REGISTER[name]


def register_facts() -> str:
    """Changes with anything that is told of a behaviour: its rank, its owner, its definition."""
    facts = [replace(one, measure=None, measure_log=None) for one in registered()]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def registered() -> tuple[Behaviour, ...]:
    """Every registered behaviour, in the order of the families and their functions."""
    return tuple(_REGISTER.values())
