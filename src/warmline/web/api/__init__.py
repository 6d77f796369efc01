"""The API: one module per resource, all under /api/v1, each endpoint one act."""
