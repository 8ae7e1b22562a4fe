"""Stretches of time: the cases at the edges."""

from pipeline.spans import gaps, inside, merged, overlap, seconds, without


def test_touching_stretches_become_one() -> None:
    assert merged([(2.0, 3.0), (0.0, 2.0)]) == ((0.0, 3.0),)


def test_a_stretch_inside_another_disappears() -> None:
    assert merged([(0.0, 9.0), (1.0, 2.0), (8.0, 9.5)]) == ((0.0, 9.5),)


def test_only_gaps_up_to_the_given_one_are_closed() -> None:
    assert merged([(0.0, 1.0), (1.5, 2.0), (2.6, 3.0)], 0.5) == ((0.0, 2.0), (2.6, 3.0))


def test_nothing_in_nothing_out() -> None:
    assert merged([]) == () == overlap([], [(0.0, 1.0)]) == without([], [(0.0, 1.0)])
    assert seconds([]) == 0
    assert gaps([], 0.0, 0.0) == ()


def test_gaps_reach_from_start_to_end() -> None:
    assert gaps([(1.0, 2.0), (4.0, 5.0)], 0.0, 6.0) == ((0.0, 1.0), (2.0, 4.0), (5.0, 6.0))


def test_gaps_stay_between_start_and_end() -> None:
    assert gaps([(-5.0, 1.0), (8.0, 9.0)], 0.0, 6.0) == ((1.0, 6.0),)
    assert gaps([(7.0, 9.0)], 0.0, 6.0) == ((0.0, 6.0),)
    assert gaps([(0.0, 9.0)], 0.0, 6.0) == ()


def test_overlap_of_touching_stretches_is_nothing() -> None:
    assert overlap([(0.0, 1.0)], [(1.0, 2.0)]) == ()


def test_without_cuts_a_hole() -> None:
    assert without([(0.0, 9.0)], [(2.0, 3.0)]) == ((0.0, 2.0), (3.0, 9.0))
    assert without([(0.0, 9.0)], [(-1.0, 10.0)]) == ()


def test_inside_needs_one_stretch_that_holds_it_all() -> None:
    assert inside([(0.0, 2.0)], (0.0, 2.0))
    assert not inside([(0.0, 1.0), (1.0, 2.0)], (0.5, 1.5))
