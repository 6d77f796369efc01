"""The web door: the API, the pages, and what surrounds them."""
