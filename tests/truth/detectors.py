"""Detectors of speech behind one signature: ours, Silero and webrtcvad.

Silero and webrtcvad know nothing of a second channel and nothing of hold. Their frames are smoothed
as ours: runs below 100 ms dropped, then gaps up to 250 ms filled.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import webrtcvad
from faster_whisper.vad import get_vad_model
from scipy.signal import resample_poly

from pipeline.audio.listening import Heard, Trace, heard, heard_outside
from pipeline.audio.second_opinion import speech_probability
from pipeline.audio.spectrum import HOP, HOP_S, RATE, Samples
from pipeline.audio.tracks import tracked
from pipeline.spans import Span
from tests.truth.score import Found
from tests.truth.speech import Mask, smoothed, spans

SILERO_FRAME_S = 0.032
_SILERO_SAMPLES = 512  # at 16 kHz


Hold = tuple[tuple[Span, ...], ...]
"""Per channel."""


def ours(samples: Samples, duration_s: float, *, hold: Hold | None = None) -> Found:
    """Everything from the samples on, as the product does it; or told where hold is."""

    def listened(made: Trace) -> Heard:
        return heard(made) if hold is None else heard_outside(made, hold)

    made = Trace(tracked([samples]).channels, (0, 1), duration_s)
    if listened(made).quality.poor:
        doubled = resample_poly(samples, 2, 1, axis=1).astype(np.float32)
        made = replace(made, probability=speech_probability([doubled]))
    found = listened(made)
    return Found(found.speech, found.hold if hold is None else None)


def silero_probabilities(samples: Samples) -> Samples:
    """(channels, frames of 32 ms): Silero's probability of speech, from samples at 8 kHz."""
    model = get_vad_model()
    return np.stack([model(_whole_frames(resample_poly(one, 2, 1))) for one in samples])


def _whole_frames(samples: Samples) -> Samples:
    short = -samples.size % _SILERO_SAMPLES
    return np.pad(samples.astype(np.float32), (0, short))


def silero(probabilities: Samples, threshold: float, duration_s: float) -> Found:
    """Speech where the probability reaches the threshold."""
    count = -(-round(duration_s * RATE) // HOP)
    middles = (np.arange(count) + 0.5) * HOP_S
    frame = np.minimum((middles / SILERO_FRAME_S).astype(np.intp), probabilities.shape[1] - 1)
    return _found([one[frame] >= threshold for one in probabilities], duration_s)


def webrtc(samples: Samples, duration_s: float, *, mode: int = 3) -> Found:
    """Google's detector of 2011, mode 3 being the one that cries speech least."""
    masks = []
    for channel in samples:
        detector = webrtcvad.Vad(mode)
        pulses = (np.clip(channel, -1, 1) * 32_767).astype("<i2")
        pulses = np.pad(pulses, (0, -pulses.size % HOP))
        frames = pulses.reshape(-1, HOP)
        masks.append(np.array([detector.is_speech(frame.tobytes(), RATE) for frame in frames]))
    return _found(masks, duration_s)


def _found(masks: Sequence[Mask], duration_s: float) -> Found:
    smooth = (smoothed(mask, drop_first=True) for mask in masks)
    return Found(tuple(spans(mask, duration_s) for mask in smooth))
