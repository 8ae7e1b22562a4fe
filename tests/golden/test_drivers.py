"""The numbers of a small DRIVERS, so that no change of them goes unnoticed.

After a change that is meant, look at the difference and overwrite the file:

    python tests/golden/test_drivers.py overwrite
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from models.ranking import rank
from models.simulate import CentreOptions, simulate

GOLDEN = Path(__file__).with_name("drivers.csv")
SMALL = CentreOptions(answers=600, agents=32, answer_rate=0.5, nil=3, segment_shares=(0.6, 0.4))


def small_drivers() -> pd.DataFrame:
    """DRIVERS of a small made-up centre; the curve as its number of points."""
    centre = simulate(SMALL, seed=11)
    drivers = rank(centre.joined, centre.subjects, centre.contexts).drivers
    return drivers.assign(curve=drivers["curve"].map(len)).round(4)


def test_drivers_are_those_of_the_golden_file() -> None:
    golden = pd.read_csv(GOLDEN, keep_default_na=False, na_values=[""])
    found = small_drivers()
    found["notes"] = found["notes"].astype(object).where(found["notes"].notna(), np.nan)
    assert_frame_equal(found, golden, check_dtype=False, rtol=1e-3, atol=2e-3)


if __name__ == "__main__" and sys.argv[1:] == ["overwrite"]:
    small_drivers().to_csv(GOLDEN, index=False)
