"""Stages that are killed at random moments, and whether the next run makes up for it."""
