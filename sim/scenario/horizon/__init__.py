"""A scenario worked out over its days: arrivals, who is there, and what it asks for."""
