"""Windows: what is packed together, and the edges around a stretch."""

import numpy as np

from pipeline.audio.decode import Cut
from pipeline.speech.windows import WindowOptions, cuts_of, filled, pack


def test_short_stretches_share_a_window_until_it_is_full() -> None:
    speech = [(float(start), start + 4.0) for start in range(0, 100, 10)]
    windows = pack(speech, channel=1, duration_s=100.0)
    assert [len(window.pieces) for window in windows] == [6, 4]
    assert {window.channel for window in windows} == {1}
    assert all(window.seconds <= 30 for window in windows)


def test_a_long_stretch_is_split_evenly_without_overlap() -> None:
    windows = pack([(0.0, 70.0)], channel=0, duration_s=70.0)
    cuts = [piece.cut for window in windows for piece in window.pieces]
    assert len(cuts) == 3
    assert cuts[0][1] == cuts[1][0]
    assert cuts[1][1] == cuts[2][0]


def test_edges_stop_at_the_recording_and_half_way_to_the_neighbour() -> None:
    windows = pack([(0.1, 1.0), (1.2, 4.9)], channel=0, duration_s=5.0)
    cuts = [piece.cut for piece in windows[0].pieces]
    assert np.allclose(cuts, [(0.0, 1.1), (1.1, 5.0)])


def test_silence_needs_no_window() -> None:
    assert pack([], channel=0, duration_s=60.0) == []


def test_windows_are_filled_as_their_pieces_come() -> None:
    options = WindowOptions(window_s=2.0, edge_s=0.0)
    left = pack([(1.0, 2.0), (5.0, 5.5), (7.0, 9.0)], channel=0, duration_s=10.0, options=options)
    right = pack([(3.0, 4.0)], channel=1, duration_s=10.0, options=options)
    windows = [*left, *right]
    assert cuts_of(windows, 2) == [[(1.0, 2.0), (5.0, 5.5), (7.0, 9.0)], [(3.0, 4.0)]]
    order = [(0, 0, 1.0), (1, 0, 3.0), (0, 1, 5.0), (0, 2, 7.0)]
    cuts = [Cut(channel, index, np.full(3, at, np.float32)) for channel, index, at in order]
    full = list(filled(windows, cuts))
    assert [window for window, _ in full] == [right[0], *left]
    assert full[1][1].tolist() == [1, 1, 1, 5, 5, 5]
