"""What could undo a finding: the raw association, and how strong a hidden cause must be."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Array, FlagArray, floats
from models.fitting import Fit
from models.proportional_odds import LAST_DETRACTOR, LAST_PASSIVE

LEAST_ROWS = 10
ALIKE = 0.8


@dataclass(frozen=True)
class Raw:
    """Unadjusted slopes in NPS points per unit of dose, and their standard errors."""

    slope: Array
    error: Array


def raw_slopes(doses: Array, measured: FlagArray, score: Array) -> Raw:
    """One behaviour alone against each survey's share in the NPS (100 for a Promoter, -100 for a
    Detractor), by least squares with robust errors (HC1); NaN below LEAST_ROWS measured surveys."""
    points = 100.0 * ((score > LAST_PASSIVE).astype(float) - (score <= LAST_DETRACTOR))
    n = np.maximum(measured.sum(axis=0), 1)
    x = np.where(measured, doses, 0.0)
    x = np.where(measured, x - x.sum(axis=0) / n, 0.0)
    y = np.where(measured, points[:, None], 0.0)
    y = np.where(measured, y - y.sum(axis=0) / n, 0.0)
    squares = (x**2).sum(axis=0)
    usable = (n >= LEAST_ROWS) & (squares > 1e-9)
    safe = np.where(usable, squares, 1.0)
    slope = (x * y).sum(axis=0) / safe
    residual = y - x * slope
    error = np.sqrt((x**2 * residual**2).sum(axis=0) * n / np.maximum(n - 2, 1)) / safe
    return Raw(np.where(usable, slope, np.nan), np.where(usable, error, np.nan))


def robustness_values(fitted: Fit, answers: int) -> Array:
    """Segments x behaviours: Cinelli & Hazlett's (2020) robustness value, 0-1.

    RV = (sqrt(f^4 + 4 f^2) - f^2) / 2: a hidden cause that explains this share of the residual
    variance of both behaviour and answer would reduce the effect to zero. f is Cohen's partial f on
    the scale of the working response, whose residual variance is 1: f^2 = beta^2 h / n, with h the
    information on the behaviour once everything else is partialled out.
    """
    at = fitted.posterior
    precision = fitted.prior.precision(at.layout)
    precision[at.layout.effects] = 0.0
    total = fitted.around.information.sum(axis=0) + np.diag(precision)
    spread = np.diag(np.linalg.pinv(total, hermitian=True))[at.layout.effects]
    left = np.where(spread > 0, 1.0 / np.where(spread > 0, spread, 1.0), 0.0)
    f2 = at.effects**2 * left / answers
    return floats((np.sqrt(f2**2 + 4.0 * f2) - f2) / 2.0)


def families(doses: Array, names: tuple[str, ...]) -> dict[str, list[str]]:
    """Behaviours that go together at |r| > ALIKE: their effects cannot be told apart well."""
    if len(names) < 2:
        return {}
    with np.errstate(invalid="ignore", divide="ignore"):
        together = np.abs(np.corrcoef(doses, rowvar=False)) > ALIKE
    np.fill_diagonal(together, False)
    return {
        name: [names[k] for k in np.flatnonzero(together[j])]
        for j, name in enumerate(names)
        if together[j].any()
    }
