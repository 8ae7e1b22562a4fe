"""The run's gate, and its key: from the environment, else one that was made and kept beside.

It stands in no table, no configuration and no log. A store knows its key by a mark and refuses
another one: with two keys one customer would be two.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from flows.configuration import Settings
from pipeline.errors import ConfigurationError
from pipeline.privacy.gate import Gate
from pipeline.privacy.pseudonyms import SHORTEST_KEY, Pseudonyms
from pipeline.store import Store
from pipeline.tables import FORGOTTEN

VARIABLE = "ATTUNE_KEY"
MARK = ".key-mark"


def gate_of(settings: Settings, store: Store, *, say: Callable[[str], None] | None = None) -> Gate:
    """What every input of the store has to pass."""
    known = store.read(FORGOTTEN, columns=["subject"])["subject"]
    return Gate(pseudonyms_of(settings, say=say), frozenset(known))


def pseudonyms_of(settings: Settings, *, say: Callable[[str], None] | None = None) -> Pseudonyms:
    """The pseudonyms of a store.

    Without a key in the environment, and without one made earlier, a random one is made, and `say`
    is told so each time. Raises ConfigurationError for a key that is too short, that cannot be read
    or kept, or that is not the one with which the store was made.
    """
    given = os.environ.get(VARIABLE, "").encode()
    key = _long_enough(given, VARIABLE) if given else _kept(settings.privacy.key_file)
    if not given and say is not None:
        say(
            f"warning: {VARIABLE} is not set; pseudonyms are made with the key in "
            f"{settings.privacy.key_file}. Who has that file can tell which customer is which."
        )
    found = Pseudonyms(key, settings.privacy.agent_pseudonyms)
    _check(settings, found)
    return found


def mark(settings: Settings, found: Pseudonyms) -> None:
    """Let the store know its key; once all ids in it are pseudonyms, not before."""
    if not is_marked(settings):
        (settings.store.path / MARK).write_text(_mark_of(found), encoding="utf-8")


def is_marked(settings: Settings) -> bool:
    """Whether the store knows its key; one from before there were pseudonyms does not."""
    return (settings.store.path / MARK).is_file()


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise ConfigurationError(
            f"The key in {where} has {len(key)} bytes, expected {SHORTEST_KEY} and more.",
            next_step=f"export {VARIABLE}=$(openssl rand -hex 32), and keep it in a safe.",
        )
    return key


def _kept(path: Path) -> bytes:
    """The key in the file; a new one, for the owner's eyes only, where there is none."""
    try:
        if path.is_file():
            return _long_enough(path.read_bytes().strip(), path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_hex(32).encode()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key + b"\n")
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} cannot be read or made: {error.strerror}.",
            next_step=f"set {VARIABLE}, or [privacy] key_file to a file that can be written.",
        ) from error
    return key


def _mark_of(found: Pseudonyms) -> str:
    return f"{found.mark} agents={found.agents}"


def _check(settings: Settings, found: Pseudonyms) -> None:
    path = settings.store.path / MARK
    try:
        known = path.read_text(encoding="utf-8") if path.is_file() else _mark_of(found)
    except OSError as error:
        raise ConfigurationError(f"The store's {path.name}: {error.strerror}.") from error
    if known == _mark_of(found):
        return
    if known.partition(" ")[0] == found.mark:
        raise ConfigurationError(
            f"[privacy] agent_pseudonyms is {found.agents}, and the store {settings.store.path} "
            "was made the other way.",
            next_step="keep it as it was, or begin a new store.",
        )
    raise ConfigurationError(
        f"The key of the pseudonyms is not the one of the store {settings.store.path}: its "
        "customers would join with nobody.",
        next_step=f"set {VARIABLE} (or {settings.privacy.key_file.name}) as it was, or begin a "
        "new store.",
    )
