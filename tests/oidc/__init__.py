"""Signing in by the word of a provider."""
