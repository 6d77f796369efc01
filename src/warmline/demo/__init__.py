"""The demo: a believable organization, and simulated agents that keep handing work over through the real API."""
