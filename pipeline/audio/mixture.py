"""A mixture of Gaussians with diagonal covariance: how the frames of one voice are spread."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

_BLOCK = 8_192  # frames whose likelihoods are worked out at once: a few MB
_KMEANS_STEPS, _EM_STEPS = 6, 4  # more changed no label of the tuning calls
_VARIANCE_FLOOR = 0.05  # of the variance of all frames: no component may collapse onto a few


@dataclass(frozen=True, eq=False)
class Mixture:
    """`weights` (k,), `means` and `variances` (k, d)."""

    weights: Values
    means: Values
    variances: Values

    def log_likelihood(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """(n,) natural log density of (n, d) values."""
        result = np.empty(len(values), np.float32)
        for first in range(0, len(values), _BLOCK):
            block = slice(first, first + _BLOCK)
            result[block] = _log_sum(self._joint(values[block].astype(float)))[:, 0]
        return result

    def _joint(self, values: Values) -> Values:
        """(n, k) log of weight times density."""
        precision = 1 / self.variances
        constant = np.log(2 * np.pi * self.variances).sum(axis=1)
        square = (
            np.square(values) @ precision.T
            - 2 * values @ (self.means * precision).T
            + (np.square(self.means) * precision).sum(axis=1)
        )
        result: Values = np.log(self.weights) - (square + constant) / 2
        return result

    def improved(self, values: Values, floor: Values) -> "Mixture":
        """One step of expectation-maximisation."""
        joint = self._joint(values)
        share = np.exp(joint - _log_sum(joint))
        count = share.sum(axis=0) + 1e-6
        means = share.T @ values / count[:, None]
        variances = share.T @ np.square(values) / count[:, None] - np.square(means)
        return Mixture(count / count.sum(), means, np.maximum(variances, floor))


def _log_sum(joint: Values) -> Values:
    """(n, 1) log of the sum of exponentials; `np.logaddexp.reduce` takes several times as long."""
    top = joint.max(axis=1, keepdims=True)
    result: Values = top + np.log(np.exp(joint - top).sum(axis=1, keepdims=True))
    return result


def fitted(values: Values, *, components: int, rng: np.random.Generator) -> Mixture:
    """The mixture of (n, d) values, n ≥ `components`: k-means from drawn values, then EM."""
    means = values[np.sort(rng.choice(len(values), components, replace=False))]
    for _ in range(_KMEANS_STEPS):
        nearest = np.argmin(np.square(means).sum(axis=1) - 2 * values @ means.T, axis=1)
        member = np.eye(components)[nearest]
        count = member.sum(axis=0)[:, None]
        means = np.where(count > 0, member.T @ values / np.maximum(count, 1), means)
    spread = values.var(axis=0)
    floor = _VARIANCE_FLOOR * spread + 1e-3
    start = np.maximum(np.tile(spread, (components, 1)), floor)
    mixture = Mixture(np.full(components, 1 / components), means, start)
    for _ in range(_EM_STEPS):
        mixture = mixture.improved(values, floor)
    return mixture
