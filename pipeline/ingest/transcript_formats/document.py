"""What every importer gives: the turns of a call as a vendor tells them, times in seconds."""

from dataclasses import dataclass

from pipeline.spans import Span

AGENT, CUSTOMER, MACHINE = "agent", "customer", "machine"
"""Sides that a vendor may name; a machine is a voice menu or a bot."""


@dataclass(frozen=True)
class SaidWord:
    """A word as it was given: what is not known is None. `probability` 0–1."""

    text: str
    start_s: float | None = None
    end_s: float | None = None
    probability: float | None = None


@dataclass(frozen=True)
class Said:
    """A turn, segment or cue. `words` is empty where the vendor has only the `text`.

    Who says it is told by `side`, else by `channel` (from 0), else by `speaker`, a label that means
    nothing outside the document; with none of them it is not known.
    """

    text: str
    start_s: float | None = None
    end_s: float | None = None
    words: tuple[SaidWord, ...] = ()
    side: str | None = None
    channel: int | None = None
    speaker: str | None = None
    probability: float | None = None


@dataclass(frozen=True)
class Document:
    """A call's transcript in a vendor's words.

    `channels`: 2 where the vendor heard each side apart, 1 where it told voices apart, or did not.
    `call_ids` are names that the vendor has for the call. `hold` is telephony's. `notes` say what
    was left out or mended, without a word of the call. `trusted`: sides are not checked by words.
    """

    format: str
    turns: tuple[Said, ...]
    channels: int = 1
    duration_s: float | None = None
    language: str | None = None
    call_ids: tuple[str, ...] = ()
    hold: tuple[Span, ...] | None = None
    notes: tuple[str, ...] = ()
    trusted: bool = False
