"""What people run by hand: report, demo, export, sweep, doctor, presets."""
