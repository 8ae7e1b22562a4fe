"""The array types of this room: double-precision numbers, whole numbers, flags."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
FlagArray = npt.NDArray[np.bool_]


def floats(values: npt.ArrayLike) -> Array:
    """`values` as an array of doubles; no copy where they are one already."""
    return np.asarray(values, dtype=np.float64)


def whole(values: npt.ArrayLike) -> IntArray:
    """`values` as an array of whole numbers; no copy where they are one already."""
    return np.asarray(values, dtype=np.int64)


def group_sums(rows: Array, group: IntArray, groups: int) -> Array:
    """Sums of the rows of each group, groups x columns; rows of a negative group are left out."""
    used = np.flatnonzero(group >= 0)
    member = sparse.csr_array((np.ones(len(used)), (group[used], used)), shape=(groups, len(group)))
    return np.asarray((member @ rows), dtype=np.float64)
