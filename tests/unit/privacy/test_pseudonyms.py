"""Pseudonyms: the same for the same, another with another key, and never the id itself."""

import pandas as pd

from pipeline.ingest.refusals import Refusal
from pipeline.privacy.gate import CALL, CUSTOMER, FILE, SURVEY, Gate
from pipeline.privacy.pseudonyms import Pseudonyms

OWN = Pseudonyms(b"a key of sixteen bytes")
OTHER = Pseudonyms(b"another key of its own")


def test_an_id_has_one_pseudonym_by_one_key() -> None:
    assert OWN.customer("P1") == Pseudonyms(b"a key of sixteen bytes").customer("P1")
    assert len({OWN.customer("P1"), OWN.customer("P2"), OTHER.customer("P1")}) == 3
    assert "P1" not in OWN.customer("P1")


def test_kinds_do_not_lead_to_one_another() -> None:
    agents = Pseudonyms(OWN.key, agents=True)
    found = {agents.customer("X")[1:], agents.agent("X")[1:], agents.tombstone(CUSTOMER, "X"),
             agents.tombstone(CALL, "X"), agents.mark}  # fmt: skip
    assert len(found) == 5


def test_agents_keep_their_ids_unless_asked_otherwise() -> None:
    assert OWN.agent("A7") == "A7"
    assert Pseudonyms(OWN.key, agents=True).agent("A7") != "A7"


def test_the_key_is_not_shown() -> None:
    assert "sixteen" not in repr(OWN)


def test_unknown_stays_unknown_and_everything_else_stays() -> None:
    frame = pd.DataFrame({"customer_id": ["P1", None, "P1"], "agent_id": ["A", "B", None],
                          "wait_s": [1.0, 2.0, 3.0]})  # fmt: skip
    found = OWN.with_pseudonyms(frame)
    assert found["customer_id"].tolist() == [OWN.customer("P1"), None, OWN.customer("P1")]
    assert found["agent_id"].tolist() == ["A", "B", None]
    assert found["wait_s"].tolist() == [1.0, 2.0, 3.0]
    assert OWN.with_pseudonyms(frame.iloc[:0])["customer_id"].tolist() == []


def forgetful(kind: str, name: str) -> Gate:
    return Gate(OWN, frozenset([OWN.tombstone(kind, name)]))


def test_rows_of_a_forgotten_customer_call_or_survey_stay_out() -> None:
    frame = pd.DataFrame({"customer_id": ["P1", "P2", None], "call_id": ["C1", "C2", "C3"],
                          "survey_id": ["S1", "S2", None]})  # fmt: skip
    assert forgetful(CUSTOMER, "P1").rows(frame)["call_id"].tolist() == ["C2", "C3"]
    assert forgetful(CALL, "C3").rows(frame)["call_id"].tolist() == ["C1", "C2"]
    assert forgetful(SURVEY, "S2").rows(frame)["call_id"].tolist() == ["C1", "C3"]
    assert len(Gate(OWN).rows(frame)) == 3


def test_files_of_a_forgotten_call_stay_out_by_any_of_their_names() -> None:
    gate = forgetful(CALL, "C1")
    assert [gate.file(name) for name in ("C1.wav", "2026/C1.wav", "C1.wav.json",
                                           "C1_agent.wav", "C10.wav")] == [
        False, False, False, False, True,
    ]  # fmt: skip
    assert not forgetful(FILE, "2026/x17.wav").file("2026/x17.wav")


def test_a_refusal_does_not_name_the_forgotten() -> None:
    refusals = [Refusal("recording", where, "broken") for where in (
        "C1.wav", "call C1", "x.json, call C1", "C1_agent.wav + C1_customer.wav", "C2.wav",
        "log.csv, line 7")]  # fmt: skip
    left = [one.where for one in forgetful(CALL, "C1").refusals(refusals)]
    assert left == ["C2.wav", "log.csv, line 7"]
    pair = forgetful(FILE, "C1_agent.wav").refusals(refusals)
    assert "C1_agent.wav + C1_customer.wav" not in [one.where for one in pair]
