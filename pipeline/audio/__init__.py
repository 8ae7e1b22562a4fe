"""Recording to who speaks when: `decode` opens any format, `activity` finds the speech in it."""
