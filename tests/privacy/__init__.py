"""What is hidden from whom, and what is forgotten."""
