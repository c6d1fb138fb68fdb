"""Sentences to distributions over DeepMoji's 64 emoji."""
