"""The one place where small groups are suppressed: nobody else decides what is too small to show.

A group of answers below 30 is hidden and one of 30 to 69 is marked as indicative, since an NPS of
30 answers is already uncertain by about 27 points either way. An agent below 25 measured calls has
no focus list.
"""

from typing import Literal

Status = Literal["hidden", "indicative", "shown"]

HIDDEN_BELOW = 30
INDICATIVE_BELOW = 70
AGENT_HIDDEN_BELOW = 25


def status(n: int) -> Status:
    """Whether a group of `n` answers, invitations or calls is hidden, indicative or shown."""
    if n < HIDDEN_BELOW:
        return "hidden"
    return "indicative" if n < INDICATIVE_BELOW else "shown"


def hidden(n: int) -> bool:
    """Whether a group of `n` is too small to show any figure of it."""
    return status(n) == "hidden"


def agent_hidden(n_calls: int) -> bool:
    """Whether an agent has too few measured calls for any statement about the agent."""
    return n_calls < AGENT_HIDDEN_BELOW
