"""Hypothesis: the same examples every time, and no deadline, for test machines are shared."""

from hypothesis import settings

settings.register_profile("attune", derandomize=True, deadline=None, database=None)
settings.load_profile("attune")
