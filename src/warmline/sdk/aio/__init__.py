"""For code that awaits."""
