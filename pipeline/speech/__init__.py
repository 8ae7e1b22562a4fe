"""From stretches of speech to words and turns, through faster-whisper's own parts.

model        which model, from where; languages: which language, where nobody says
windows      stretches of one side of one call, packed; what is sent
decoding     windows of many calls in batches: tokens, word times, loops tried again
times        words into the recording's time, inside its speech
invention    what is not believed, and why
engine       conducts the three above
fitting      words that a vendor recognised, put where the recording has speech
roles, sides who the agent is, by channels, voices and words
turns        words and speech of a side as turns
transcript   what is kept of a call, redacted, and its rows

What gives other words from the same sound: `engine.WORDS_VERSION`; calls are then heard again.
"""
