"""Which behaviours bend: a clustered score test for the two bends of a spline.

The fit with lines is the null. The bends of a behaviour, averaged over a survey's calls like the
dose itself, are partialled out against everything in the fit; their score is tested with an
agent-clustered variance (Rao; White 1982), and Benjamini-Hochberg at BEND_FDR over the behaviours
decides. A chosen behaviour gets its bends as two more coefficients, the same for all segments and
shrunk by a variance of their own; a segment's own part is the slope. Nothing is fixed at a fitted
shape, for then an interval would know nothing of the shape's own uncertainty: measured, coverage of
a U-shape's effect fell to .20.
"""

import numpy as np
from scipy import stats

from models.arrays import Array, IntArray, floats
from models.call_values import Behaviours
from models.design import average
from models.fitting import Fit
from models.intervals import clustered, common_scores, q_values
from models.proportional_odds import cross_information
from models.survey_rows import Surveys

BEND_FDR = 0.20
LEAST_ANSWERS = 500
"""Below this many answers a curve cannot be told from noise, and lines serve the ranking better."""


def bent_of(
    fitted: Fit, behaviours: Behaviours, surveys: Surveys, clusters: IntArray
) -> tuple[int, ...]:
    """The numbers of the behaviours that bend."""
    candidates = [j for j, shape in enumerate(behaviours.shapes) if shape.knots is not None]
    if not candidates or surveys.n_answered < LEAST_ANSWERS or fitted.scale.cuts == 0:
        return ()
    seen = common_scores(fitted)
    weights = surveys.weights[: surveys.n_answered]
    used = np.unique(weights.indices)
    behind = weights[:, used]
    columns = (
        np.nan_to_num(average(behind, behaviours.shapes[j].bends(behaviours.values[used, j]))[0])
        for j in candidates
    )
    chi2 = [bend_statistic(fitted, seen, bends, clusters) for bends in columns]
    q = q_values(floats(stats.chi2.sf(chi2, 2)))
    return tuple(j for j, qj in zip(candidates, q, strict=True) if qj <= BEND_FDR)


def bend_statistic(fitted: Fit, seen: Array, bends: Array, clusters: IntArray) -> float:
    """Chi-square (2 df) of the efficient score of the bends; `seen` are the common scores."""
    at = fitted.posterior
    crossed = cross_information(fitted.answers, at.points, bends)
    efficient = bends * fitted.around.score[:, None] - seen @ (at.covariance @ crossed)
    score = efficient.sum(axis=0)
    return float(score @ np.linalg.pinv(clustered(efficient, clusters)) @ score)
