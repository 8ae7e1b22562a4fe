"""From stretches of speech to words and turns, through faster-whisper unmodified."""
