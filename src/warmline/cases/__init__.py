"""An agent's work: open, report, resolve, and the account of it for others."""
