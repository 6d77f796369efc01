"""Events for programs, signed after the Standard Webhooks specification."""
