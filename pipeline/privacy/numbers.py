"""Secret numbers of an English conversation: cards, their codes, accounts, phones, and others.

Pieces of numbers are found first (`pieces`), then what each is about (`topics`, `hearing`); pieces
that go on from one another, also on the other side, are one number and share its fate (`clusters`).
"""

from pipeline.privacy.clusters import secrets, with_echoes
from pipeline.privacy.conversation import Conversation
from pipeline.privacy.hearing import heard_pieces
from pipeline.privacy.long_numbers import told_without_a_hint
from pipeline.privacy.number_cues import cues
from pipeline.privacy.pieces import pieces_of
from pipeline.privacy.spelling import spelled_ibans, with_surroundings
from pipeline.privacy.topics import Talk, uncovered


def find_numbers(conversation: Conversation) -> dict[int, str]:
    """Words of secret numbers: card, cvv, expiry, iban, account, ssn, phone, number.

    Spoken or typed, also in parts and on both sides. What is told as an amount, a time or a
    quantity stays, and so do numbers of orders and the like, but for valid cards.
    """
    ibans = spelled_ibans(conversation)
    found = [piece for side in conversation.sides.values() for piece in pieces_of(side)]
    if not found:
        return ibans
    hints = cues(conversation.sides)
    pieces = sorted(uncovered(found, hints), key=lambda piece: piece.first.position)
    talk = Talk(conversation, found)
    heard = heard_pieces(conversation, talk, pieces, hints)
    told = told_without_a_hint(talk, heard)
    if told:
        both = sorted((*hints, *told), key=lambda cue: cue.position)
        heard = heard_pieces(conversation, talk, pieces, both)
    secret = with_echoes(heard, dict(secrets(talk, heard)))
    return {**with_surroundings(conversation, pieces, secret), **ibans}
