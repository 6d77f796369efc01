"""What crosses nouns: a case that is escalated, claimed, worked on and ended moves with its handoff, in one transaction."""
