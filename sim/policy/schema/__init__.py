"""A policy file as a planner writes it."""
