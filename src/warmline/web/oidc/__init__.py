"""Signing in by the word of an OpenID Connect provider: the way there and back, and what it brings."""
