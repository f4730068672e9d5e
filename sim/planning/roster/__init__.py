"""Rosters: a plan given to named people, with days off, rest, weekends, leave and wishes."""
