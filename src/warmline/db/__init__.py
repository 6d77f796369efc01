"""The database: one kind (PostgreSQL), one place that commits, and row-level security under every query."""
