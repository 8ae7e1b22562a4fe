"""Every table, column by column: read this to know all the data. Makes `data/README.md`."""

import pyarrow as pa

from pipeline.audio.tracks import MONO_BECAUSE, SCALES
from pipeline.columns import (
    AGENT_ID,
    BYTES,
    CALL_DATE,
    CALL_ID,
    COUNT,
    CUSTOMER_ID,
    EXCERPT,
    FLAG,
    HOLD,
    NUMBER,
    POINT,
    SEGMENT,
    SIDE,
    SIDES_KNOWN,
    SPEAKER,
    SPEECH,
    STARTED_AT,
    TEXT,
    TIME,
    UNKNOWN,
    VERSION,
    VOICE,
    WORD,
)
from pipeline.contracts import Column, Table

BRAND_REGION = (
    Column("brand", TEXT, "Brand.", nullable=True),
    Column("region", TEXT, "Region.", nullable=True),
)
CONTEXTS = (
    Column(
        "channel",
        TEXT,
        "Phone, chat …; what the centre itself began is called callback or "
        "outbound, and is no contact of the customer's.",
        nullable=True,
    ),
    Column("queue", TEXT, "The queue in which the customer waited.", nullable=True),
    Column("reason", TEXT, "Why the customer called, as the agent logged it.", nullable=True),
    Column("language", TEXT, "Language of the call (ISO 639-1).", nullable=True),
    Column("hour", COUNT, "Hour of the day (UTC) at which the call started.", nullable=True),
    Column("team", TEXT, "The agent's team on the day of the call.", nullable=True),
    Column("site", TEXT, "The agent's site on the day of the call.", nullable=True),
    Column("tenure_days", NUMBER, "Days since the agent started, on that day.", nullable=True),
)

CALLS = Table(
    name="CALLS",
    row="a call of the call log",
    made_by="pipeline/ingest",
    key=("call_id",),
    partitioned=True,
    columns=(
        CALL_ID,
        CALL_DATE,
        STARTED_AT,
        Column("duration_s", NUMBER, "Conversation time by the call log.", nullable=True),
        AGENT_ID,
        CUSTOMER_ID,
        SEGMENT,
        *BRAND_REGION,
        *CONTEXTS,
        Column("wait_s", NUMBER, "Seconds in the queue before the agent.", nullable=True),
        Column("hold_s", NUMBER, "Seconds on hold by the telephone system.", nullable=True),
        Column("after_call_work_s", NUMBER, "Seconds of work after the call.", nullable=True),
        Column("transfers", COUNT, "How often the call was passed on.", nullable=True),
        Column("first_level", FLAG, "Whether it can be resolved at first level; net first call "
               "resolution is of these.", nullable=True),
        Column("source", TEXT, "Whether it is heard (recording), read (transcript) or neither.",
               choices=("recording", "transcript", "none")),
        Column("recording", TEXT, "File or files, relative to the recordings.", nullable=True),
        Column("content_hash", TEXT, "SHA-256 of the recording or transcript.", nullable=True),
        Column("tried", TEXT, "Version with which it was last heard, read or refused.",
               nullable=True),
        Column("timed", TEXT, "Version of what was found in its sound: speech, hold, sides.",
               nullable=True),
        Column("channels", COUNT, "Channels that differ: 2, or 1 for mono.", nullable=True),
        Column("eligible", FLAG, "Whether behaviours can be measured; null until tried.",
               nullable=True),
        Column("why_not", TEXT, "Why it is not eligible.", nullable=True),
    ),
)  # fmt: skip

TRACKS = Table(
    name="TRACKS",
    row="a channel of a call that was heard: fifty codes a second, a byte or two each",
    made_by="pipeline/audio",
    key=("call_id", "channel"),
    partitioned=True,
    columns=(
        CALL_ID,
        CALL_DATE,
        VERSION,
        Column("channel", COUNT, "Channel of the recording, from 0; 0 also for mono."),
        Column("duration_s", NUMBER, "Length of the recording."),
        *(
            Column(name, BYTES, f"Codes of the track (little-endian {scale.kind.__name__}): "
                   f"value = {scale.low:g} + {scale.step:g} · code.")
            for name, scale in SCALES.items()
        ),
        Column("speech_probability", BYTES, "A second detector's opinion, code / 255; only on a "
               "poor line.", nullable=True),
        Column("mono_because", TEXT, "Why the call has one channel.", nullable=True,
               choices=MONO_BECAUSE),
        Column("speakers", pa.list_(SPEAKER), "Who speaks when in a mono recording: speaker 0 or "
               "1.", nullable=True),
        Column("speakers_confidence", NUMBER, "0–1: whether they are two and well apart.",
               nullable=True),
    ),
)  # fmt: skip

ACTIVITY = Table(
    name="ACTIVITY",
    row="a call that was heard or read",
    made_by="pipeline/audio, pipeline/speech",
    key=("call_id",),
    partitioned=True,
    columns=(
        CALL_ID,
        CALL_DATE,
        VERSION,
        Column("source", TEXT, "Where time comes from.", choices=("recording", "transcript")),
        Column("duration_s", NUMBER, "Length of the recording or transcript."),
        Column("channels", COUNT, "Channels that differ: 2, or 1 for mono."),
        Column("mono_because", TEXT, "Why a recording is mono.", nullable=True,
               choices=MONO_BECAUSE),
        Column("speech", pa.list_(SPEECH), "Stretches of speech, each side apart."),
        Column("hold", pa.list_(HOLD), "Stretches on hold, and how they are known: music, "
               "announced, or by telephony; estimated unless telephony said so."),
        Column("snr_db", NUMBER, "Estimated signal-to-noise ratio of the worse side.",
               nullable=True),
        Column("room", FLAG, "Whether it sounds like a room and no telephone; null for a "
               "transcript.", nullable=True),
        Column("timing_confidence", NUMBER, "0–1, whether speech was found rightly: 1 on a good "
               "line, else how far two detectors agree. Of a transcript: the share of words with "
               "times of their own, null where all have them.", nullable=True),
        Column("sides", TEXT, "How it is known who the agent is.", choices=SIDES_KNOWN),
        Column("sides_confidence", NUMBER, "0–1, whether speech is given to the right side; null "
               "when nothing speaks for or against.", nullable=True),
        Column("agent_channel", COUNT, "The agent's channel, or speaker in a mono recording.",
               nullable=True),
        Column("language", TEXT, "Language of its words: logged, configured or heard.",
               nullable=True),
        Column("language_confidence", NUMBER, "0–1, where it was heard; null where it was told.",
               nullable=True),
        Column("voices", pa.list_(VOICE), "How each side sounds: spread of pitch and of loudness, "
               "never an emotion.", nullable=True),
        Column("no_arousal", TEXT, "Why the customer's arousal is unknown; null where it is known.",
               nullable=True),
        Column("dropped", pa.list_(TEXT), "What the recogniser said and we did not believe, by "
               "reason only.", nullable=True),
    ),
)  # fmt: skip

TURNS = Table(
    name="TURNS",
    row="a turn: consecutive speech of one side",
    made_by="pipeline/speech",
    key=("call_id", "turn"),
    partitioned=True,
    columns=(
        CALL_ID,
        CALL_DATE,
        Column("turn", COUNT, "Number of the turn in the call, from 0."),
        SIDE,
        Column("channel", COUNT, "The recording's channel on which it was said; null in mono and "
               "in a transcript.", nullable=True),
        Column("start_s", NUMBER, "Start, seconds into the recording, from voice activity."),
        Column("end_s", NUMBER, "End."),
        Column("text", TEXT, "What was said, redacted."),
        Column("words", pa.list_(WORD), "Words with times and probability, redacted."),
        Column("confidence", NUMBER, "Mean word probability.", nullable=True),
        Column("side_confidence", NUMBER, "0–1, whether the side is right; 1 where each side has "
               "a channel, null for a transcript.", nullable=True),
        Column("backchannel", FLAG, "At most 1.0 s inside the other side's speech."),
        Column("level_dbfs", NUMBER, "Median level of the voice; null for a transcript.",
               nullable=True),
        Column("arousal", NUMBER, "How strongly a customer speaks beside the same customer's other "
               "turns, about standard normal; only where voice_emotion asks for it.",
               nullable=True),
    ),
)  # fmt: skip

MOMENTS = Table(
    name="MOMENTS",
    row="an event in a call that proves a number",
    made_by="pipeline/behaviours",
    key=("call_id", "behaviour", "moment"),
    partitioned=True,
    columns=(
        CALL_ID,
        CALL_DATE,
        Column("behaviour", TEXT, "The behaviour that counts this event."),
        Column("moment", COUNT, "Number of the event within call and behaviour, from 0."),
        Column("kind", TEXT, "What happened: dead air, empathic phrase, commitment …"),
        SIDE,
        Column("start_s", NUMBER, "Start, seconds into the recording."),
        Column("end_s", NUMBER, "End."),
        Column("quote", TEXT, "The words, redacted; empty for a silence.", nullable=True),
        Column("confidence", NUMBER, "0–1; from the words or the sound.", nullable=True),
        Column("contested", FLAG, "An agent has appealed against it."),
    ),
)

BEHAVIOURS = Table(
    name="BEHAVIOURS",
    row="a call that was measured; one further column per registered behaviour",
    made_by="pipeline/behaviours",
    key=("call_id",),
    partitioned=True,
    columns=(
        CALL_ID,
        CALL_DATE,
        VERSION,
        Column("sides_confidence", NUMBER, "0–1: below 1, what is told of a side rests on "
               "speakers told apart in a mono recording.", nullable=True),
        Column("agent_words_confidence", NUMBER, "Weight of what the agent's words tell: their "
               "mean probability.", nullable=True),
        Column("customer_words_confidence", NUMBER, "The same of the customer's words.",
               nullable=True),
        Column("unknown", pa.list_(UNKNOWN), "Why a behaviour is null, one entry for each."),
    ),
)  # fmt: skip

SURVEYS = Table(
    name="SURVEYS",
    row="a survey invitation, answered or not",
    made_by="pipeline/ingest",
    key=("survey_id",),
    columns=(
        Column("survey_id", TEXT, "The invitation; its answer has the same id."),
        CUSTOMER_ID,
        Column("call_id", TEXT, "The surveyed call, if the survey is about one.", nullable=True),
        Column("invited_at", TIME, "When the customer was asked.", nullable=True),
        Column("answered_at", TIME, "When the customer answered; null without answer.",
               nullable=True),
        Column("kind", TEXT, "What was asked.", choices=("nps", "csat", "ces")),
        Column("scale", TEXT, "Lowest and highest score, such as 0-10."),
        Column("mode", TEXT, "How the customer was asked: email, sms, phone …", nullable=True),
        Column("score", NUMBER, "The answer; null without answer.", nullable=True),
        Column("class", TEXT, "Promoter 9–10, passive 7–8, detractor 0–6.", nullable=True,
               choices=("promoter", "passive", "detractor")),
        Column("comment", TEXT, "Free text, redacted.", nullable=True),
    ),
)  # fmt: skip

JOINED = Table(
    name="JOINED",
    row="a (survey invitation, call) pair, or a call of a customer never invited; further columns "
    "for contexts and one per registered behaviour",
    made_by="pipeline/join.py",
    key=("call_id", "invitation_id"),
    open=True,
    columns=(
        CALL_ID,
        Column("invitation_id", TEXT, "The invitation; null for a call without.", nullable=True),
        Column("survey_id", TEXT, "The answered survey; null where not answered.", nullable=True),
        Column("kind", TEXT, "nps, csat or ces.", nullable=True),
        Column("scale", TEXT, "Lowest and highest score.", nullable=True),
        Column("mode", TEXT, "How the customer was asked.", nullable=True),
        Column("score", NUMBER, "The answer; null where not answered.", nullable=True),
        Column("answered_at", TIME, "When the customer answered.", nullable=True),
        STARTED_AT,
        Column("days_before_survey", NUMBER, "Days from the call to the answer, else to the "
               "invitation.", nullable=True),
        AGENT_ID,
        CUSTOMER_ID,
        SEGMENT,
    ),
)  # fmt: skip

DRIVERS = Table(
    name="DRIVERS",
    row="a behaviour in a segment",
    made_by="models",
    key=("segment", "behaviour"),
    sort=("segment", "rank"),
    columns=(
        Column("segment", TEXT, "The customers' segment."),
        Column("behaviour", TEXT, "A ranked behaviour of the register."),
        Column("effect_points", NUMBER, "Change of NPS, in points, when the behaviour moves from "
               "from_value to to_value, others held. Positive: more of it goes with a higher NPS."),
        Column("ci_low", NUMBER, "Lower end of the effect's interval."),
        Column("ci_high", NUMBER, "Upper end of the effect's interval."),
        Column("level", NUMBER, "Coverage of the interval, such as 0.9."),
        Column("p_value", NUMBER, "Of no association over the whole curve."),
        Column("q_value", NUMBER, "Benjamini–Hochberg over all rows."),
        Column("strength_points", NUMBER, "What ranks: 1.349 × SD of the dose–response curve."),
        Column("rank", COUNT, "1 is the strongest of its segment."),
        Column("rank_low", COUNT, "Best rank that the data allow."),
        Column("rank_high", COUNT, "Worst rank that the data allow."),
        Column("verdict", TEXT, "What may be said.", choices=(
            "driver", "friction", "depends", "no evidence", "not enough data")),
        Column("direction", TEXT, "Where the curve is high.",
               choices=("up", "down", "middle", "ends")),
        Column("expected_direction", TEXT, "What was expected before any fit.",
               choices=("up", "down", "none")),
        Column("raw_effect_points", NUMBER, "The same change without any adjustment.",
               nullable=True),
        Column("between_agents_points", NUMBER, "The same change between agents' averages.",
               nullable=True),
        Column("robustness", NUMBER, "Cinelli & Hazlett's robustness value, 0–1.", nullable=True),
        Column("from_value", NUMBER, "P25 of the behaviour, or 0."),
        Column("to_value", NUMBER, "P75 of the behaviour, or 1."),
        Column("unit", TEXT, "Unit of from_value and to_value."),
        Column("curve", pa.list_(POINT), "NPS points against value, from from_value."),
        Column("estimated_on", TEXT, "Whether the segment has enough answers of its own.",
               choices=("own", "borrowed")),
        Column("n_surveys", COUNT, "Answers in the segment."),
        Column("n_promoters", COUNT, "Promoters among them."),
        Column("n_detractors", COUNT, "Detractors among them."),
        Column("n_agents", COUNT, "Agents behind them."),
        Column("notes", TEXT, "What the reader should know.", nullable=True),
    ),
)  # fmt: skip

FOCUS = Table(
    name="FOCUS",
    row="a behaviour that an agent should change, or keep",
    made_by="models",
    key=("agent_id", "behaviour"),
    columns=(
        Column("agent_id", TEXT, "The agent."),
        Column("team", TEXT, "The agent's latest team.", nullable=True),
        Column("segment_mix", TEXT, "Shares of the segments in the agent's calls."),
        Column("behaviour", TEXT, "A behaviour that the agent owns."),
        Column("kind", TEXT, "What to do with it.", choices=("change", "keep")),
        Column("current", NUMBER, "The agent's adjusted, shrunken mean."),
        Column("peers_median", NUMBER, "Median of the peers' means."),
        Column("peers_best_quartile", NUMBER, "Best quartile of the peers' means."),
        Column("target", NUMBER, "What to aim for."),
        Column("unit", TEXT, "Unit of the values."),
        Column("gain_points", NUMBER, "NPS points on the agent's calls that go with reaching the "
               "target (change), or with being where the agent is (keep)."),
        Column("gain_low", NUMBER, "Lower end of its interval."),
        Column("gain_high", NUMBER, "Upper end of its interval."),
        Column("n_calls", COUNT, "Calls behind current."),
        Column("n_surveys", COUNT, "Answers to these calls."),
        Column("moments", pa.list_(EXCERPT), "Moments to listen to together.", nullable=True),
        Column("note", TEXT, "What the coach should know.", nullable=True),
    ),
)  # fmt: skip

FOLLOW_UPS = Table(
    name="FOLLOW_UPS",
    row="a call worth a follow-up",
    made_by="models",
    key=("call_id",),
    columns=(
        CALL_ID,
        Column("agent_id", TEXT, "The agent.", nullable=True),
        SEGMENT,
        STARTED_AT,
        Column("detractor_share", NUMBER, "Share of similar past calls that became Detractors."),
        Column("share_low", NUMBER, "Lower end of its interval."),
        Column("share_high", NUMBER, "Upper end of its interval."),
        Column("n_similar", COUNT, "How many similar past calls were answered."),
        Column("n_detractors", COUNT, "How many of them by Detractors."),
        Column("reasons", TEXT, "The behaviours that put the call there."),
        Column("due_at", TIME, "Follow up by then."),
    ),
)

QUARANTINE = Table(
    name="QUARANTINE",
    row="an input that was refused",
    made_by="every room",
    key=("what", "where", "why"),
    columns=(
        Column("what", TEXT, "Kind of input: recording, call log row, survey row …"),
        Column("where", TEXT, "File and row, or call."),
        Column("why", TEXT, "What is wrong and what was expected."),
        Column("first_seen", TIME, "First run that refused it."),
        Column("last_seen", TIME, "Latest run with something new to refuse that met it again."),
    ),
)

FORGOTTEN = Table(
    name="FORGOTTEN",
    row="something of a person who is forgotten: never taken in again",
    made_by="flows/forgetting.py",
    key=("subject",),
    columns=(
        Column("subject", TEXT, "Keyed hash of a customer, a call, a survey or a file; nobody can "
               "turn it back."),
    ),
)  # fmt: skip

TABLES = (
    CALLS, TRACKS, ACTIVITY, TURNS, MOMENTS, BEHAVIOURS, SURVEYS, JOINED, DRIVERS, FOCUS,
    FOLLOW_UPS, QUARANTINE, FORGOTTEN,
)  # fmt: skip
