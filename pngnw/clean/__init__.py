"""Raw sources to clean, deduplicated sentences in spoken form.

Guarantees: nothing is dropped silently (every piece of text that came in is a sentence out or
counted under a reason), words are never glued together, and no document is in two splits.
"""
