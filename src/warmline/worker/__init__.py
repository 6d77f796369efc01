"""The clockwork: every timer in one list, run inside the server."""
