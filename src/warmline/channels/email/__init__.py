"""E-mails, by the server's own mail server."""
