"""What the ranking is told: the behaviours under study and the settings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """What the ranking needs to know of a behaviour.

    `owner` is agent, centre or customer; only an agent's behaviours reach a focus list. `expected`
    is the direction of NPS with more of it (up, down or none), written down before any fit.
    `binary` is also detected from the data. Subjects that are not `ranked` stay out of the fit.
    """

    name: str
    unit: str = ""
    owner: str = "agent"
    expected: str = "none"
    binary: bool = False
    ranked: bool = True
    label: str = ""

    @property
    def title(self) -> str:
        """What people call it: the label, else the name with spaces."""
        return self.label or self.name.replace("_", " ")


@dataclass(frozen=True)
class RankOptions:
    """Settings of a ranking.

    Calls count when they lie at most `window_days` before their survey, with weight
    2^(-days / `half_life_days`). `level` is the coverage of every interval. A segment speaks for
    itself from `min_surveys` answers with `min_class` Promoters and as many Detractors; an agent
    has a focus list from `min_calls_per_agent` calls. `fdr` bounds the share of false claims.
    `draws` from the posterior, seeded by `seed`, give rank ranges and gains.
    """

    window_days: float = 30.0
    half_life_days: float = 30.0
    level: float = 0.90
    segment: str = "segment"
    outcome: str = "nps"
    seed: int = 0
    draws: int = 400
    fdr: float = 0.10
    min_surveys: int = 200
    min_class: int = 50
    min_calls_per_agent: int = 25
