"""The page of lessons, and the classes that guess together."""
