"""Tests by kind: a folder each, with its rule.

spec/ drawn calls, one for each behaviour; unit/ one module, no files but temporary ones;
property/ what holds for every input; golden/ figures that may only change on purpose; flow/ whole
runs; browser/ pages in a real browser; bench/ figures to print, never asserted (`make bench`).
truth/ holds no tests: it makes calls whose every second is known, and scores against them.
"""
