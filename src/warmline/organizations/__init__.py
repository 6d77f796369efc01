"""Tenants, the people in them, and what they sign in with."""

from warmline.caller import Caller

__all__ = ["Caller"]
