"""Truth for sound: made-up two-channel calls of which everything is known, and scores against it.

voices        who speaks: espeak-ng, a formant synthesiser, and people where their clips are at hand
sentences     what they say, apart for tuning and for scoring
speech        where a clean voice speaks: the definition of the truth
conversation  turns, backchannels, overlaps, dead air and hold, put together
music         what is heard on hold, made of instruments and parts
hold_traps    sounds that are no hold although they last, repeat or sing
noise         white, pink, babble, street
disturbances  keyboard and breaths
line          levels, noise, cross-talk, silence suppression, offset
coding        G.711, MP3 and Opus, there and back, in time
call          plans a call from a seed and makes it
detectors     ours, Silero and webrtcvad behind one signature
score         what a detector gets right and what it costs the behaviours
diarisation_score  how much of the time the wrong voice is named

`python -m tests.truth.train_hold_music` makes the weights of the detector of hold music anew.

Voices, sentences and seeds for tuning and for scoring are disjoint: whoever tunes on the first has
not heard the second.
"""
