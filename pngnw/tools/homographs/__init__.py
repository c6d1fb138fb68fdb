"""Trains the homograph model of `pngnw.phonemize.homographs`."""
