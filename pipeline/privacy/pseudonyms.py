"""Pseudonyms: keyed hashes instead of ids, so that tables alone lead back to nobody.

HMAC-SHA-256 (RFC 2104, FIPS 180-4), cut to 96 bits: among a hundred million people, two share a
pseudonym with a probability below 1e-12. Whoever has the key can look a known id up; nobody can
list ids. Another key gives other pseudonyms, and nothing would join any more.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

SHORTEST_KEY = 16
"""Bytes. A shorter one could be found by trying."""

_HEX = 24


@dataclass(frozen=True, repr=False)
class Pseudonyms:
    """What stands for customers and, if wished, for agents; one key, a space for each kind."""

    key: bytes
    agents: bool = False

    def customer(self, customer_id: str) -> str:
        """What stands for a customer in every table."""
        return f"c{self._digest('customer', customer_id)}"

    def agent(self, agent_id: str) -> str:
        """What stands for an agent: the id itself, unless agents too have pseudonyms."""
        return f"a{self._digest('agent', agent_id)}" if self.agents else agent_id

    def tombstone(self, kind: str, name: str) -> str:
        """What is kept of someone, or something, that was forgotten: by it nobody is found."""
        return self._digest(f"forgotten {kind}", name)

    @property
    def mark(self) -> str:
        """By which a store knows its key, and another one is refused."""
        return self._digest("mark", "")

    def with_pseudonyms(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` with pseudonyms in its customer_id and agent_id, as far as it has them."""
        kinds = {"customer_id": self.customer, "agent_id": self.agent}
        named = {
            column: frame[column].map(
                {one: replaced(str(one)) for one in frame[column].dropna().unique()}
            ).astype(object).where(frame[column].notna(), None)
            for column, replaced in kinds.items()
            if column in frame
        }  # fmt: skip
        return frame.assign(**named)

    def _digest(self, kind: str, name: str) -> str:
        said = f"{kind}\0{name}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, said, sha256).hexdigest()[:_HEX]
