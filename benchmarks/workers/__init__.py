"""One process per system under measurement: `python -m benchmarks.workers.NAME`."""
