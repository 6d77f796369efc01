"""For code that blocks: each call waits for its answer."""
