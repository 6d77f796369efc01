"""Holes, planted on purpose."""

import sys
from collections.abc import Callable
from typing import Any

import pytest


def everywhere(patch: pytest.MonkeyPatch, function: Callable[..., Any], instead: Any) -> None:
    """Put another function in place of one of ours, in every module that has imported it."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("warmline") and getattr(module, str(function.__name__), None) is function:
            patch.setattr(module, str(function.__name__), instead)
