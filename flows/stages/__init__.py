"""The stages of a run, one file each: read tables, do the work, commit."""
