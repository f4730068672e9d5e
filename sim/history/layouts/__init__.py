"""What exports look like: one row of the registry for each layout."""
