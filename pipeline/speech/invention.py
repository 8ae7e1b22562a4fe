"""Guards against invention: what a recogniser writes where nobody said it.

Nothing without speech is sent, and nothing is conditioned on earlier text, which stops most of it.
What is left is dropped here, and every drop is told with its reason; never with its words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.behaviours.call import Word
from pipeline.spans import Span
from pipeline.speech.decoding import Hypothesis

NEVER_SAID = re.compile(
    r"(thank you|thanks)( so much| very much)? for (watching|viewing)( this| the| my)?( video)?"
    r"|(please |don't forget to )?(like and )?subscribe( to (my|our|the) channel)?"
    r"|see you (in the )?next video|like and subscribe"
    r"|(sub)?(titles|titling|titled)( are)? (created |made |provided |done )?by .*"
    r"|(transcription|transcript|translation|captions?)( is)? (provided )?by .*"
    r"|.*amara\.org.*|(c|copyright) .* all rights reserved"
)
"""Whole stretches that Whisper learnt from the subtitles of films and that no call has."""

SELDOM_ALONE = re.compile(
    r"(thank you|thanks|you|bye|bye bye|goodbye|okay|ok|so|oh|uh|hmm|mm|yeah|yes|i|the|and|the end"
    r"|i'm sorry|thank you very much|thank you so much|thank you bye|music|applause|silence)"
)
"""What it writes on near-silence, and what callers say: believed when it is sure."""


@dataclass(frozen=True)
class TrustOptions:
    """When what was recognised is not believed (the settings that Whisper's users converged on).

    `alone_below`: mean probability under which a stretch of `SELDOM_ALONE` is dropped.
    `words_per_s` and `many`: more words than a mouth can say. Auctioneers reach 6 a second.
    """

    no_speech_above: float = 0.6
    log_probability_below: float = -1.0
    alone_below: float = 0.4
    words_per_s: float = 10.0
    many: int = 5


def why_not_window(heard: Hypothesis, options: TrustOptions) -> str | None:
    """Why a whole window is not believed; None where it is.

    No-speech alone does not suffice: it is high on quiet speakers too.
    """
    if heard.looped:
        return "repetition"
    unsure = heard.log_probability < options.log_probability_below
    if unsure and heard.no_speech > options.no_speech_above:
        return "no speech, low confidence"
    return None


def why_not_stretch(words: Sequence[Word], speech: Span, options: TrustOptions) -> str | None:
    """Why the words of one stretch of speech are not believed; None where they are."""
    said = re.sub(r"[^\w'. ]", "", " ".join(word.text for word in words).lower()).strip(" .")
    if NEVER_SAID.fullmatch(said):
        return "stock phrase"
    mean = sum(word.probability for word in words) / len(words)
    if mean < options.alone_below and SELDOM_ALONE.fullmatch(said):
        return "stock phrase, low confidence"
    room = (speech[1] - speech[0]) * options.words_per_s
    if len(words) >= options.many and len(words) > room:
        return "more words than fit"
    return None
