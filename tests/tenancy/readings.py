"""What a server with a model would keep: a text for others, and what the day took."""

import asyncpg

TEXT = """INSERT INTO warmline.handoff_texts (organization_id, handoff_id, kind, edition, text, source)
    SELECT organization_id, handoff_id, 'client_update', edition, 'It is being looked into.', 'model'
    FROM warmline.assessments WHERE state = 'ready'"""
USAGE = """INSERT INTO warmline.model_usage (organization_id, day, questions, input_tokens, output_tokens)
    SELECT id, current_date, 1, 100, 20 FROM warmline.organizations"""


async def keep_readings(eyes: asyncpg.Connection) -> None:
    """Put them there; the stage's server has no model."""
    await eyes.execute(TEXT)
    await eyes.execute(USAGE)
