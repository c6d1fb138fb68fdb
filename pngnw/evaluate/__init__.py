"""Speech with known phoneme times, and how soon a decoder learns to align with it."""
