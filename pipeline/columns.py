"""Types and columns that several tables share."""

import pyarrow as pa

from pipeline.contracts import Column

TEXT = pa.string()
NUMBER = pa.float64()
COUNT = pa.int64()
FLAG = pa.bool_()
BYTES = pa.binary()
DAY = pa.date32()
TIME = pa.timestamp("us", tz="UTC")

SIDES = ("agent", "customer", "unknown")
SIDES_KNOWN = ("as configured", "swapped", "from words", "doubtful", "as imported", "unknown")

WORD = pa.struct(
    [
        pa.field("word", TEXT),
        pa.field("start_s", NUMBER),
        pa.field("end_s", NUMBER),
        pa.field("probability", NUMBER),
    ]
)
SPEECH = pa.struct([pa.field("side", TEXT), pa.field("start_s", NUMBER), pa.field("end_s", NUMBER)])
HOLD = pa.struct(
    [
        pa.field("start_s", NUMBER),
        pa.field("end_s", NUMBER),
        pa.field("estimated", FLAG),
        pa.field("how", TEXT),
    ]
)
SPEAKER = pa.struct(
    [
        pa.field("start_s", NUMBER),
        pa.field("end_s", NUMBER),
        pa.field("speaker", COUNT),
        pa.field("confidence", NUMBER),
    ]
)
VOICE = pa.struct(
    [
        pa.field("side", TEXT),
        pa.field("pitch_variation_semitones", NUMBER),
        pa.field("loudness_variation_db", NUMBER),
    ]
)
UNKNOWN = pa.struct([pa.field("behaviour", TEXT), pa.field("reason", TEXT)])
POINT = pa.struct([pa.field("value", NUMBER), pa.field("points", NUMBER)])
EXCERPT = pa.struct(
    [
        pa.field("call_id", TEXT),
        pa.field("start_s", NUMBER),
        pa.field("end_s", NUMBER),
        pa.field("quote", TEXT),
    ]
)

CALL_ID = Column("call_id", TEXT, "The call, as the call log names it.")
CALL_DATE = Column("call_date", DAY, "The day (UTC) on which the call started.")
AGENT_ID = Column("agent_id", TEXT, "The agent who handled the call.", nullable=True)
CUSTOMER_ID = Column("customer_id", TEXT, "The customer, as in the surveys.", nullable=True)
STARTED_AT = Column("started_at", TIME, "When the agent was connected.")
SEGMENT = Column("segment", TEXT, "The customer's segment on the day of the call.", nullable=True)
SIDE = Column("side", TEXT, "Who; unknown in a mono recording.", choices=SIDES)
VERSION = Column(
    "version", TEXT, "Hash of the content, the model and the definitions that made this row."
)
