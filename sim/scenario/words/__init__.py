"""How people write durations, distributions, calendars and tables."""
