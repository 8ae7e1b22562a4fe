"""Contact Lens of Amazon Connect: turns with offsets, participants named apart, no words' times.

Format: docs.aws.amazon.com/connect, "Example Contact Lens output files for a call".
"""

from typing import Any

from pipeline.ingest.transcript_formats.call_analytics import check_status, duration_s, turn_of
from pipeline.ingest.transcript_formats.document import Document
from pipeline.ingest.transcript_formats.fields import inner, language, names, objects, side


def recognise(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether turns stand under `Transcript`, and their participants or their contact beside it."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("Transcript"), list)
        and ("Participants" in value or "CustomerMetadata" in value)
    )


def read(value: Any) -> Document:  # noqa: ANN401 - any JSON
    """The document; a chat raises ValueError."""
    check_status(value)
    if value.get("Channel", "VOICE") != "VOICE":
        raise ValueError("Channel: expected VOICE; a chat is no call")
    people = objects(value.get("Participants"), "Participants")
    roles = {str(one.get("ParticipantId")): side(one.get("ParticipantRole")) for one in people}
    turns = []
    for turn in objects(value["Transcript"], "Transcript"):
        who = str(turn.get("ParticipantId"))
        turns.append(turn_of(turn, roles.get(who) or side(who)))
    return Document(
        "Contact Lens",
        tuple(turns),
        channels=2,
        duration_s=duration_s(value),
        language=language(value.get("LanguageCode")),
        call_ids=names(
            inner(value.get("CustomerMetadata")).get("ContactId"), value.get("ContactId")
        ),
    )
