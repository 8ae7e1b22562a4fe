"""Windows of any speech: all of it is heard, no window is too long, words come back inside."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.decode import Cut
from pipeline.spans import Span, merged
from pipeline.speech.windows import Piece, Window, WindowOptions, cuts_of, filled, pack

RATE = 1000
ALMOST = 1e-6
SPAN = st.tuples(st.integers(0, 20_000), st.integers(1, 9_000)).map(
    lambda s: (s[0] / 100, (s[0] + s[1]) / 100)
)
SPEECH = st.lists(SPAN, max_size=12).map(merged)
OPTIONS = st.builds(
    WindowOptions, window_s=st.sampled_from((5.0, 10.0, 30.0)), edge_s=st.sampled_from((0.0, 0.2))
)


def windows_of(speech: tuple[Span, ...], options: WindowOptions) -> list[Window]:
    duration = max((end for _, end in speech), default=0.0) + 0.1
    return pack(speech, channel=0, duration_s=duration, options=options)


def pieces_of(windows: list[Window]) -> list[Piece]:
    return [piece for window in windows for piece in window.pieces]


@given(SPEECH, OPTIONS)
def test_the_pieces_are_all_of_the_speech(speech: tuple[Span, ...], options: WindowOptions) -> None:
    pieces = pieces_of(windows_of(speech, options))
    assert merged([piece.speech for piece in pieces], ALMOST) == merged(speech, ALMOST)
    assert all(a.speech[1] <= b.speech[0] for a, b in pairwise(pieces))


@given(SPEECH, OPTIONS)
def test_no_sound_is_heard_twice_and_edges_are_no_longer_than_asked(
    speech: tuple[Span, ...], options: WindowOptions
) -> None:
    pieces = pieces_of(windows_of(speech, options))
    assert all(a.cut[1] <= b.cut[0] + ALMOST for a, b in pairwise(pieces))
    for piece in pieces:
        before, after = piece.speech[0] - piece.cut[0], piece.cut[1] - piece.speech[1]
        assert -ALMOST <= before <= options.edge_s + ALMOST
        assert -ALMOST <= after <= options.edge_s + ALMOST
        assert piece.cut[0] >= 0


@given(SPEECH, OPTIONS)
def test_no_window_is_longer_than_the_recognisers(
    speech: tuple[Span, ...], options: WindowOptions
) -> None:
    for window in windows_of(speech, options):
        assert 0 < window.seconds <= options.window_s + ALMOST
        assert window.pieces[0].at_s == 0
        assert all(abs(a.until_s - b.at_s) < ALMOST for a, b in pairwise(window.pieces))


@given(SPEECH, OPTIONS)
def test_the_sound_is_as_long_as_the_window_says(
    speech: tuple[Span, ...], options: WindowOptions
) -> None:
    windows = windows_of(speech, options)
    (spans,) = cuts_of(windows, 1)
    lengths = [int(end * RATE) - int(start * RATE) for start, end in spans]
    cuts = [Cut(0, i, np.zeros(length, np.float32)) for i, length in enumerate(lengths)]
    full = list(filled(windows, cuts))
    assert [window for window, _ in full] == windows
    for window, sound in full:
        assert abs(len(sound) - window.seconds * RATE) <= 1 + len(window.pieces)
