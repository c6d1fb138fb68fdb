"""What every stage shares: errors, atomic files, shards, downloads, ragged arrays."""
