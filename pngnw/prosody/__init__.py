"""What the states of every text encoder tell a predictor of durations, pitch, energy and pauses."""
