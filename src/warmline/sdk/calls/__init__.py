"""Every call of the API, described once: one module a resource, one function a call."""
