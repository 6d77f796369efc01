"""The command starts fast: help needs neither the web framework nor the database's library."""

import json
import subprocess
import sys

HEAVY = (
    "fastapi",
    "starlette",
    "sqlalchemy",
    "asyncpg",
    "alembic",
    "uvicorn",
    "jinja2",
    "structlog",
    "httpx2",
    "pydantic_ai",
    "anthropic",
    "openai",
)
ASK = f"""
import json, sys
sys.argv = ["warmline", "--help"]
from warmline.cli import main
try:
    main()
except SystemExit as ended:
    print(json.dumps([ended.code, [name for name in {HEAVY} if name in sys.modules]]))
"""


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [0, []]
    assert "serve" in done.stdout
