"""Sources to raw text, pinned by SHA-256."""
