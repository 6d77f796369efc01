"""Chat services, by apprise; one target per channel."""
