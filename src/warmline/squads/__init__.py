"""The people and agents who work together, and their seats."""
