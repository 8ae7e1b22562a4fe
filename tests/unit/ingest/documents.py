"""One short made-up call as every vendor would write it down."""

import json
from typing import Any

LINES = (
    ("agent", 0.5, 3.5, "Thank you for calling Example Bank, how can I help you?"),
    ("customer", 4.0, 6.4, "Hello, I lost my card near the harbour."),
    ("agent", 7.0, 9.0, "I will send you a new one, [NAME]."),
    ("customer", 9.5, 10.5, "Thank you, goodbye."),
)
SURE = 0.9


def words(start: float, end: float, text: str) -> list[tuple[str, float, float]]:
    """The words, each as long as the next."""
    parts = text.split()
    step = (end - start) / len(parts)
    return [
        (part, round(start + i * step, 3), round(start + (i + 1) * step, 3))
        for i, part in enumerate(parts)
    ]


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def amazon_item(word: str, start: float, end: float) -> list[dict[str, Any]]:
    bare = word.rstrip(",.?")
    items: list[dict[str, Any]] = [
        {"Type": "pronunciation", "Content": bare, "Confidence": SURE,
         "BeginOffsetMillis": ms(start), "EndOffsetMillis": ms(end)},
    ]  # fmt: skip
    if bare != word:
        items.append({"Type": "punctuation", "Content": word[len(bare) :], "Confidence": 0.0})
    return items


def call_analytics() -> dict[str, Any]:
    return {
        "JobStatus": "COMPLETED",
        "LanguageCode": "en-GB",
        "JobName": "C1.wav",
        "ConversationCharacteristics": {"TotalConversationDurationMillis": 11_000},
        "Transcript": [
            {"ParticipantRole": side.upper(), "Content": text, "BeginOffsetMillis": ms(start),
             "EndOffsetMillis": ms(end), "Id": str(start),
             "Items": [item for one in words(start, end, text) for item in amazon_item(*one)]}
            for side, start, end, text in LINES
        ],
    }  # fmt: skip


def contact_lens() -> dict[str, Any]:
    people = {"agent": "p-1", "customer": "p-2"}
    return {
        "Version": "1.1.0",
        "Channel": "VOICE",
        "JobStatus": "COMPLETED",
        "LanguageCode": "en-US",
        "CustomerMetadata": {"ContactId": "C1"},
        "Participants": [
            {"ParticipantId": person, "ParticipantRole": side.upper()}
            for side, person in people.items()
        ],
        "ConversationCharacteristics": {"TotalConversationDurationMillis": 11_000},
        "Transcript": [
            {"ParticipantId": people[side], "Content": text, "BeginOffsetMillis": ms(start),
             "EndOffsetMillis": ms(end), "Id": str(start)}
            for side, start, end, text in LINES
        ],
    }  # fmt: skip


def post_call_analytics() -> dict[str, Any]:
    speakers = {"agent": "spk_0", "customer": "spk_1"}
    return {
        "ConversationAnalytics": {
            "GUID": "None",
            "Duration": "11.0",
            "LanguageCode": "en-US",
            "SpeakerLabels": [
                {"Speaker": speaker, "DisplayText": side.title()}
                for side, speaker in speakers.items()
            ],
            "SourceInformation": [
                {"TranscribeJobInfo": {"TranscriptionJobName": "C1.wav",
                                       "ChannelIdentification": 1}}
            ],
        },
        "SpeechSegments": [
            {"SegmentStartTime": start, "SegmentEndTime": end, "OriginalText": text,
             "SegmentSpeaker": speakers[side],
             "WordConfidence": [
                 {"Text": f" {word}", "Confidence": SURE, "StartTime": at, "EndTime": at}
                 for word, at, _ in words(start, end, text)
             ]}
            for side, start, end, text in LINES
        ],
    }  # fmt: skip


def deepgram_word(word: str, start: float, end: float, **more: object) -> dict[str, Any]:
    return {"word": word.lower(), "punctuated_word": word, "start": start, "end": end,
            "confidence": SURE, **more}  # fmt: skip


def deepgram() -> dict[str, Any]:
    said = [
        deepgram_word(*one, speaker=0 if side == "agent" else 1)
        for side, start, end, text in LINES
        for one in words(start, end, text)
    ]
    return {
        "metadata": {"duration": 11.0, "channels": 1, "request_id": "r-1"},
        "results": {"channels": [{"alternatives": [{"transcript": "", "words": said}]}]},
    }


def deepgram_channels() -> dict[str, Any]:
    channels = [
        {"detected_language": "en",
         "alternatives": [{"words": [
             deepgram_word(*one) for side, start, end, text in LINES if side == own
             for one in words(start, end, text)]}]}
        for own in ("agent", "customer")
    ]  # fmt: skip
    return {"metadata": {"duration": 11.0, "channels": 2}, "results": {"channels": channels}}


def assemblyai() -> dict[str, Any]:
    names = {"agent": "A", "customer": "B"}
    utterances = [
        {"speaker": names[side], "start": ms(start), "end": ms(end), "text": text,
         "confidence": SURE,
         "words": [{"text": word, "start": ms(a), "end": ms(b), "confidence": SURE,
                    "speaker": names[side]} for word, a, b in words(start, end, text)]}
        for side, start, end, text in LINES
    ]  # fmt: skip
    return {
        "id": "a-1",
        "status": "completed",
        "language_code": "en_us",
        "audio_duration": 11,
        "words": [word for one in utterances for word in one["words"]],  # type: ignore[attr-defined]
        "utterances": utterances,
    }


def whisper() -> dict[str, Any]:
    return {
        "text": " ".join(text for *_, text in LINES),
        "language": "en",
        "segments": [
            {"id": number, "start": start, "end": end, "text": f" {text}", "avg_logprob": -0.1054,
             "no_speech_prob": 0.01}
            for number, (_, start, end, text) in enumerate(LINES)
        ],
    }  # fmt: skip


def whisper_timestamped() -> dict[str, Any]:
    return {
        "text": "",
        "language": "en",
        "segments": [
            {"start": start, "end": end, "text": text, "confidence": SURE,
             "words": [{"text": word, "start": a, "end": b, "confidence": SURE}
                       for word, a, b in words(start, end, text)]}
            for _, start, end, text in LINES
        ],
    }  # fmt: skip


def whisperx() -> dict[str, Any]:
    names = {"agent": "SPEAKER_00", "customer": "SPEAKER_01"}
    return {
        "segments": [
            {"start": start, "end": end, "text": text, "speaker": names[side],
             "words": [{"word": word, "start": a, "end": b, "score": SURE}
                       for word, a, b in words(start, end, text)]}
            for side, start, end, text in LINES
        ],
    }  # fmt: skip


GENESYS_START_MS = 1_775_000_000_000


def genesys() -> dict[str, Any]:
    purposes = {"agent": "internal", "customer": "external"}
    return {
        "conversationId": "C1",
        "communicationId": "m-1",
        "mediaType": "call",
        "conversationStartTime": GENESYS_START_MS,
        "duration": {"milliseconds": 11_000},
        "transcripts": [
            {"language": "en-us",
             "phrases": [
                 {"text": text.lower(), "decoratedText": text, "confidence": SURE,
                  "startTimeMs": GENESYS_START_MS + ms(start),
                  "duration": {"milliseconds": ms(end - start)},
                  "participantPurpose": purposes[side],
                  "words": [
                      {"word": word, "confidence": SURE,
                       "startTimeMs": GENESYS_START_MS + ms(a),
                       "duration": {"milliseconds": ms(b - a)}}
                      for word, a, b in words(start, end, text)]}
                 for side, start, end, text in LINES
             ]},
        ],
    }  # fmt: skip


def ccai_insights() -> dict[str, Any]:
    roles = {"agent": "HUMAN_AGENT", "customer": "END_USER"}
    return {
        "name": "projects/p/locations/l/conversations/C1",
        "duration": "11s",
        "languageCode": "en-US",
        "transcript": {
            "transcriptSegments": [
                {"text": text, "confidence": SURE, "languageCode": "en-US",
                 "channelTag": 1 if side == "agent" else 2,
                 "segmentParticipant": {"role": roles[side]},
                 "words": [
                     {"word": word, "startOffset": f"{a:.3f}s", "endOffset": f"{b:.3f}s",
                      "confidence": SURE}
                     for word, a, b in words(start, end, text)]}
                for side, start, end, text in LINES
            ]
        },
    }  # fmt: skip


def ccai_entries() -> dict[str, Any]:
    return {
        "entries": [
            {"text": text, "role": side.upper(), "user_id": 1,
             "start_timestamp_usec": 1_775_000_000_000_000 + round((start - 0.5) * 1e6)}
            for side, start, _, text in LINES
        ],
    }  # fmt: skip


def harper_valley() -> list[dict[str, Any]]:
    return [
        {"speaker_role": "caller" if side == "customer" else side, "human_transcript": text,
         "start_ms": ms(start) - 2000, "offset_ms": ms(start), "duration_ms": ms(end - start)}
        for side, start, end, text in LINES
    ]  # fmt: skip


def clock(seconds: float, mark: str) -> str:
    return f"00:00:{int(seconds):02d}{mark}{round(seconds % 1 * 1000):03d}"


def srt(*, named: bool = False) -> str:
    return "\n".join(
        f"{number}\n{clock(start, ',')} --> {clock(end, ',')}\n"
        f"{f'{side.title()}: ' if named else ''}{text}\n"
        for number, (side, start, end, text) in enumerate(LINES, start=1)
    )


def webvtt(*, voices: bool = True) -> str:
    cues = (
        f"{clock(start, '.')} --> {clock(end, '.')} align:start\n"
        f"{f'<v {side.title()}>' if voices else ''}{text}\n"
        for side, start, end, text in LINES
    )
    return "WEBVTT\nLanguage: en\n\nNOTE made up\n\n" + "\n".join(cues)


def own(call_id: str = "C1") -> dict[str, Any]:
    return {
        "call_id": call_id,
        "duration_s": 11.0,
        "turns": [
            {"side": side, "start_s": start, "end_s": end,
             "words": [list(one) for one in words(start, end, text)]}
            for side, start, end, text in LINES
        ],
    }  # fmt: skip


JSON_DOCUMENTS = {
    "own": own,
    "call_analytics": call_analytics,
    "contact_lens": contact_lens,
    "post_call_analytics": post_call_analytics,
    "deepgram": deepgram,
    "deepgram_channels": deepgram_channels,
    "assemblyai": assemblyai,
    "whisper": whisper,
    "whisper_timestamped": whisper_timestamped,
    "whisperx": whisperx,
    "genesys": genesys,
    "ccai_insights": ccai_insights,
    "ccai_entries": ccai_entries,
    "harper_valley": harper_valley,
}


def raw(name: str) -> bytes:
    """The document as a file's bytes."""
    texts = {"srt": srt(), "srt_named": srt(named=True), "webvtt": webvtt(),
             "webvtt_plain": webvtt(voices=False)}  # fmt: skip
    written = texts[name] if name in texts else json.dumps(JSON_DOCUMENTS[name]())
    return written.encode()
