"""The item in the queue: offer, claim, lease, release, expire, order, context package."""
