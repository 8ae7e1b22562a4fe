"""The demo's speech model: the language it knows, who speaks it, and how it is made.

    python -m models.speech make

language      the English of the calls, in sentences and whole calls
voices        espeak-ng with the times of words and phonemes; also what the demo's calls speak with
cast          who speaks in training, and who is kept for scoring
variants      invented voices
spectrum      log-mel power, as faster-whisper has it
examples      a sentence, spoken, as features with words and phonemes
sounds        what is no speech: hold music, rings, dialling
shards        examples on disk
tokenizer     text as tokens
windows       pieces of one side of a call laid end to end, as the product sends them
augmentation  what a line, a room and a throat do to them
targets       what should be said of a window, and where it is heard
batches       windows of one length together
network       Whisper's architecture, small
losses        what is learnt
training      two processes, a log, a checkpoint every five minutes
checkpoints   all that a training needs to go on
evaluation    how well the network hears, while it learns
edits         the fewest edits between two texts
conversion    from a checkpoint to the folder that faster-whisper loads
scoring       whole calls by telephone, through the product's own engine

The demo needs `voices` and `cast` alone. What learns needs PyTorch, the extra `train`.
"""
