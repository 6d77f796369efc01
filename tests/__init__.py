"""The suite: rules without a database, doors on a real one, stories, races, tenancy, a browser."""
