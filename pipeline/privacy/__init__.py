"""Privacy: what is taken out before anything is written, and how somebody is forgotten.

conversation   a call's words as the finders read them
numbers        cards, their codes, accounts, telephones: the digits said (digits, pieces), what they
               are about (number_cues, topics, readings, hearing), what goes on from what
               (clusters), numbers that need no question (long_numbers, cards), letters (spelling)
email          addresses, also told in halves (email_halves)
birthdates     dates (dates) that are answers to one question
addresses      streets, towns, postcodes
names          those of the call log: their parts (name_parts, misheard, spelled_names), and what
               tells a name from a word (name_hints)
crude          long numbers in other languages
cues, phrases, shapes, echoes
               what the finders share: phrases of a list, words as letters, what is read back
redaction      all finders, in turn; placeholders instead of what they find
copies         which stretches of a recording are silenced
pseudonyms     keyed hashes instead of ids
gate           what every input passes: the forgotten stay out
forgetting     what of a person stands in which table
needles, traces
               a search through everything that was written

Words to look for stand in en/*.txt and number_words/*.txt. Add a kind of secret: a finder, a name
in `conversation.KINDS`, a place in `redaction`'s order.
"""
