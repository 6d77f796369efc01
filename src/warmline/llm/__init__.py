"""A model of somebody else's, asked for one checked answer. Knows nothing of handoffs."""
