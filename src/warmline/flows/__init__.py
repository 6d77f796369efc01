"""What crosses nouns: a case and its handoff are escalated, claimed, worked on and ended in one transaction."""
