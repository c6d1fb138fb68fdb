"""A voice: text encoder and prosody to mels, what `pngnw say` speaks with."""
