"""Warmline: carries work from AI agents to people, and back."""
