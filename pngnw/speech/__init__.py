"""Speech with gold phoneme times: mels of sentences that the encoder never saw."""
