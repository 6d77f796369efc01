"""What the work of people takes: from the claim to the first action, and what that saves."""
