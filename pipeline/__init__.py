"""Calls to rows to pages: pure functions. No Prefect, no environment, no clock in here.

Read `tables.py` to know all the data, `behaviours/` to know every number.
"""
