"""How wrong a diarisation is: diarisation error rate and its parts, in steps of 10 ms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.audio.diarise import Diarised
from pipeline.spans import Span

Counts = npt.NDArray[np.bool_]

STEP_S = 0.010


@dataclass(frozen=True)
class DiarisationScore:
    """Shares of the true speech, in which a stretch where both speak counts twice.

    `overlap`: what naming one speaker at a time must miss. `confusion` is the share of the time in
    which one speaks and one is named that is the wrong one's.
    """

    error: float
    missed: float
    false: float
    overlap: float
    confusion: float

    @property
    def avoidable(self) -> float:
        """Error beyond overlap."""
        return self.error - self.overlap


def score(
    found: Diarised, truth: tuple[Sequence[Span], Sequence[Span]], *, collar_s: float = 0.0
) -> DiarisationScore:
    """Score under the better of both namings; `collar_s` around each true boundary counts not."""
    own = [[(one.start_s, one.end_s) for one in found.segments if one.speaker == s] for s in (0, 1)]
    end_s = max((end for spans in (*truth, *own) for _, end in spans), default=0.0)
    size = round(end_s / STEP_S) + 1
    counted = ~_on([(edge - collar_s, edge + collar_s)
                    for spans in truth for span in spans for edge in span], size)  # fmt: skip
    true = np.stack([_on(spans, size) for spans in truth])[:, counted]
    named = np.stack([_on(spans, size) for spans in own])[:, counted]
    right = max(_both(true, named), _both(true, named[::-1]))
    spoken, said = true.sum(axis=0), named.sum(axis=0)
    total = max(int(spoken.sum()), 1)
    alone = (spoken == 1) & (said == 1)
    matched = max(_both(true[:, alone], who[:, alone]) for who in (named, named[::-1]))
    return DiarisationScore(
        error=float(np.maximum(spoken, said).sum() - right) / total,
        missed=float(np.maximum(spoken - said, 0).sum()) / total,
        false=float(np.maximum(said - spoken, 0).sum()) / total,
        overlap=float((spoken == 2).sum()) / total,
        confusion=1 - matched / max(int(alone.sum()), 1) if alone.any() else 0.0,
    )


def _both(true: Counts, named: Counts) -> int:
    return int(np.count_nonzero(true & named))


def _on(spans: Sequence[Span], size: int) -> Counts:
    mask = np.zeros(size, np.bool_)
    for start, end in spans:
        mask[max(round(start / STEP_S), 0) : max(round(end / STEP_S), 0)] = True
    return mask
