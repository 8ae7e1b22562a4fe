"""The labelled set: exchanges with secrets whose every word is known, and harmless look-alikes."""

from tests.truth.secrets.cases import SIDES, Case, Piece, Secret, Sizes, labelled_set
from tests.truth.secrets.templates import FAMILIES, templates

__all__ = ["FAMILIES", "SIDES", "Case", "Piece", "Secret", "Sizes", "labelled_set", "templates"]
