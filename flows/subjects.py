"""The register as the ranking sees it."""

from collections.abc import Sequence

from models.subjects import Subject
from pipeline.behaviours import registered


def subjects() -> list[Subject]:
    """Every registered behaviour with its owner, unit and expected direction."""
    return [
        Subject(
            b.name, b.unit, b.owner, b.expected, binary=b.binary, ranked=b.ranked, label=b.label
        )
        for b in registered()
    ]


def subjects_named(names: Sequence[str]) -> list[Subject]:
    """The subjects of these names; a name that is not registered is an agent's behaviour."""
    known = {subject.name: subject for subject in subjects()}
    return [known.get(name, Subject(name)) for name in names]
