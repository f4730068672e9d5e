"""Which shifts how many people work."""
