"""What stands for what: the tables behind the rules. Add a reading here, not a rule."""
