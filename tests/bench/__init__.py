"""Figures to print, never asserted: `make bench`, or `python -m tests.bench speech` for one.

recovery  planted truth found again, from true words and from recorded calls
speech    word error rate, dead air and talk share of the demo's recordings, seconds per stage
"""
