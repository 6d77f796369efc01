"""Holes, planted on purpose."""

import sys
from typing import Any

import pytest


def everywhere(patch: pytest.MonkeyPatch, function: Any, instead: Any) -> None:
    """Put another function in place of one of ours, in every module that has imported it."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("warmline") and getattr(module, function.__name__, None) is function:
            patch.setattr(module, function.__name__, instead)
