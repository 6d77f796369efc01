"""The peer of row 6: FastAPI and asyncpg, one SKIP LOCKED statement a request, on uvicorn with uvloop and httptools.

It does less than ours: no token, no case, no event, no context, one table. It is set up as its documentation says is
fast: a pool, prepared statements (asyncpg caches them), the row straight to JSON. Durable as ours, on the same server.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response

SCHEMA = """
CREATE TABLE handoffs (
    id uuid PRIMARY KEY, state text NOT NULL, place integer NOT NULL DEFAULT 1, due_at timestamptz NOT NULL,
    epoch integer NOT NULL DEFAULT 0, priority text NOT NULL, title text NOT NULL, reason text NOT NULL,
    claimed_by integer, claimed_at timestamptz, wakes_at timestamptz
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX handoffs_queue_idx ON handoffs (place, due_at, id) WHERE state = 'ready';
"""
FILL = """
INSERT INTO handoffs (id, state, due_at, priority, title, reason)
SELECT uuidv7(), 'ready', now() + number * interval '20 milliseconds', 'normal',
    'The mail is not synchronised (' || number || ')', 'I may not change their devices.'
FROM generate_series(1, $1::int) AS number
"""
CLAIM_NEXT = """
UPDATE handoffs SET state = 'claimed', claimed_by = $1, claimed_at = now(), wakes_at = now() + interval '15 minutes',
    epoch = epoch + 1
WHERE id = (SELECT id FROM handoffs WHERE state = 'ready' ORDER BY place, due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, state, due_at, epoch, priority, title, reason, claimed_by, claimed_at, wakes_at
"""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    size = int(os.environ["PEER_POOL"])
    async with asyncpg.create_pool(os.environ["PEER_DATABASE"], min_size=size, max_size=size) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_lifespan)


@app.get("/readyz")
async def readyz() -> Response:
    """It is there."""
    return Response()


@app.post("/claim-next")
async def claim_next(request: Request) -> Response:
    """One statement."""
    row = await app.state.pool.fetchrow(CLAIM_NEXT, int(request.headers["who"]))
    if row is None:
        return Response(status_code=204)
    return Response(json.dumps(dict(row), default=str), media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PEER_PORT"]), log_config=None, access_log=False)
