"""One small centre with known truth, ranked once for all tests of this folder."""

import pytest

from models.ranking import Ranking, rank
from models.simulate import Centre, CentreOptions, simulate

SMALL = CentreOptions(answers=1500, agents=36, answer_rate=0.4, nil=4, segment_shares=(0.6, 0.4))


@pytest.fixture(scope="session")
def small() -> CentreOptions:
    return SMALL


@pytest.fixture(scope="session")
def centre(small: CentreOptions) -> Centre:
    return simulate(small, seed=3)


@pytest.fixture(scope="session")
def ranking(centre: Centre) -> Ranking:
    return rank(centre.joined, centre.subjects, centre.contexts, teams=centre.teams)
