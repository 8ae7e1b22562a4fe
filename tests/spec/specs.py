"""A drawn call and what a behaviour must say of it: picture, words, log, value."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.behaviours import measure_call
from tests.spec.drawing import Says, draw


@dataclass(frozen=True)
class Spec:
    """A drawn call and what a behaviour must say of it: a value, or the reason for none."""

    behaviour: str
    picture: str
    value: float | None
    says: Says = field(default_factory=dict)
    log: dict[str, Any] = field(default_factory=dict)
    because: str = ""
    moments: int | None = None


def check(spec: Spec) -> None:
    """Measure the drawn call; the value must hold to 0.0001, a reason must contain `because`."""
    measured = measure_call(draw(spec.picture, spec.says, **spec.log))
    if spec.value is None:
        assert spec.behaviour not in measured.values
        assert spec.because in measured.unknown[spec.behaviour]
        return
    assert measured.unknown.get(spec.behaviour) is None
    assert measured.values[spec.behaviour] == pytest.approx(spec.value, abs=1e-4)
    if spec.moments is not None:
        assert len(measured.moments.get(spec.behaviour, ())) == spec.moments


TALK = """
agent    |####......####..|
customer |.....####.......|
"""
CHAT = "well I have a question about my bill and the price of it please"
OPENING = {"customer": [CHAT]}
