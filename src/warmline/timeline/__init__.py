"""Every event, recorded in the same transaction: audit, live stream and webhooks come from it."""
