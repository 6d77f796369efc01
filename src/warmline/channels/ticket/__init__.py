"""Notes in the ticket system a case came from."""
