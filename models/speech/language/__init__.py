"""The English that the demo's small speech model is trained on: calls to a contact centre.

`lexicon/` holds the words and phrases, `templates/` the sentences with slots for them; the modules
put them together. All text is invented; companies and people are fictional.
"""

from models.speech.language.conversation import call
from models.speech.language.speech import sentence, words
from models.speech.language.vocabulary import spoken_words, vocabulary

__all__ = ["call", "sentence", "spoken_words", "vocabulary", "words"]
