"""THE REGISTER: one decorated function per behaviour, a file per family.

To add one: write a function `(call: Call) -> Measure` with `@behaviour(...)` in the file of its
family (or a new file, imported below). Its name becomes the column, its docstring the definition in
the glossary and in every report; `tests/spec/` asks for a drawn call that proves it, and
`data/README.md` and `GLOSSARY.md` for a refresh (`make docs`). A user's own need none of this: see
`own.py`.

What is said is looked for as cues, in text files below `words/` (`notation.py` says how they are
written, `language.py` reads them, `phrases.py` finds them in a call). Weights of the sentiment are
there too, and made by `models/text`. `call.py` is all that a behaviour may look at.
"""

from pipeline.behaviours import contact, resolution, talking, timing, tone, tone_voice
from pipeline.behaviours.call import Call, Turn, Word
from pipeline.behaviours.measurement import Measured, behaviours_table, measure_call
from pipeline.behaviours.phrases import found
from pipeline.behaviours.register import (
    Behaviour,
    Measure,
    Moment,
    behaviour,
    registered,
    unknown,
)

__all__ = [
    "Behaviour",
    "Call",
    "Measure",
    "Measured",
    "Moment",
    "Turn",
    "Word",
    "behaviour",
    "behaviours_table",
    "contact",
    "found",
    "measure_call",
    "registered",
    "resolution",
    "talking",
    "timing",
    "tone",
    "tone_voice",
    "unknown",
]
