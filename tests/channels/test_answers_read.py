"""How much of an answer is read: of a good one what is wanted, of a refusal its beginning."""

import pytest

from tests.channels.receiver import Receiver, answering
from warmline.channels.outgoing import SHOWN, Outgoing


@pytest.mark.parametrize(
    ("status", "wanted", "length"),
    [(200, 0, 0), (204, 0, 0), (200, SHOWN, SHOWN), (201, 100, 100), (200, 9000, 5000), (500, 0, SHOWN),
     (404, 100, SHOWN), (404, 9000, 5000)],
)  # fmt: skip
async def test_no_more_is_read_than_is_of_use(there: Receiver, status: int, wanted: int, length: int) -> None:
    there.reply = answering(status, "" if status == 204 else "x" * 5000)
    answer = await Outgoing(allow_private=True).send("POST", there.url, {}, b"{}", wanted)
    assert (answer.status, len(answer.body)) == (status, length)
