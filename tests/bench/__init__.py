"""Figures to print, never asserted: `make bench`, or `python -m tests.bench speech` for one.

sound        who speaks when, against the truth and beside the detectors that everyone uses; hold
long_calls   speed and memory of two hours and of ten
diarisation  the voices of a mono recording told apart
emotion      pitch errors; aroused from calm voices on acted clips
speech       word error rate, dead air and talk share of the demo's recordings, seconds per stage
recovery     planted truth found again, from true words and from recorded calls
readers      how fast each format is read; damaged files for ten minutes
"""
