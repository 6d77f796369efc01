"""What the house asks of the code, checked by reading it. Cheap: nothing here starts a server."""
