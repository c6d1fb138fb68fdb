"""Hostile input: a seeded generator, one check for each reader of input, and a command."""
