"""Whole runs on a small centre with real recordings, the real engine and a real store."""
