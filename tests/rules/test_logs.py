"""What is logged where somebody asks for every detail."""

import subprocess
import sys

import pytest

ASK = """
import logging
from warmline.logs import configure
from warmline.settings import Settings
configure(Settings(log_level="DEBUG"))
print(logging.getLogger({name!r}).isEnabledFor(logging.DEBUG))
"""


@pytest.mark.parametrize(
    ("name", "tells"),
    [("warmline", True), ("anthropic._base_client", False), ("openai._base_client", False), ("urllib3.x", False)],
)
def test_no_library_tells_what_people_wrote_or_where_chats_are(name: str, tells: bool) -> None:
    """Those of models log each question as it is sent, and the one beneath chats each address, which is a secret."""
    ran = subprocess.run([sys.executable, "-c", ASK.format(name=name)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(tells)
