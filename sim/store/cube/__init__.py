"""Cubes: a study cut by any of its dimensions."""
