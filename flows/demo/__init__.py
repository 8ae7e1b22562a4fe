"""A contact centre that does not exist: call log, workforce, surveys, transcripts, recordings.

`make_centre` writes all of it into a folder, with the truth beside it.
"""

from flows.demo.centre import Centre, CentreOptions, make_centre

__all__ = ["Centre", "CentreOptions", "make_centre"]
