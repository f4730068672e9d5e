"""The page that compares policies."""
