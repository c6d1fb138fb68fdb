"""Named grids of experiments: ablations/*.yaml to a table of means, spreads and differences."""
