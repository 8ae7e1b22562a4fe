"""Hold music."""

import numpy as np

from pipeline.audio.spectrum import Piece, Track


def hold_ingredients(piece: Piece) -> dict[str, Track]:
    """What the detector of hold music needs of every frame."""
    nothing = np.zeros(piece.frames, np.float32)
    return {
        "emphasised_dbfs": nothing,
        "flatness_db": nothing,
        "steadiness": nothing,
        "likeness": nothing,
    }
