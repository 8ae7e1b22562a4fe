"""What a user can get wrong: one class per exit code, each shown as a sentence, no traceback.

Exit codes: 0 done; 2 usage; 3 configuration; 4 input breaks its contract; 5 model or device not
available; 6 done, but more was refused than allowed; 7 store not reachable or locked.
"""

from collections.abc import Sequence


class UserError(Exception):
    """Something that the user can put right; carries every problem found, not only the first."""

    exit_code = 1

    def __init__(self, *problems: str, next_step: str = "") -> None:
        self.problems: Sequence[str] = problems
        self.next_step = next_step
        lines = [*problems, *([f"Next: {next_step}"] if next_step else [])]
        super().__init__("\n".join(lines))


class UsageError(UserError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class ConfigurationError(UserError):
    """A setting is unknown, missing or impossible."""

    exit_code = 3


class ContractError(UserError):
    """Input breaks the contract of its table as a whole, so nothing of it can be used."""

    exit_code = 4


class ModelUnavailableError(UserError):
    """The speech model or the device it should run on cannot be had."""

    exit_code = 5


class TooMuchRefusedError(UserError):
    """The run is done, but more input was refused than `max_refused_share` allows."""

    exit_code = 6


class StoreError(UserError):
    """The store cannot be reached, or another run holds it."""

    exit_code = 7
