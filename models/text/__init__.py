"""Small classifiers of sentences: the corpus of our own making, and how the weights come of it.

    python -m models.text

writes the tables that `pipeline/behaviours/classifier.py` reads, and this folder's README.md with
the figures of the cross-validation. Needs scikit-learn; the product does not.
"""
