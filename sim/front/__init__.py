"""Floorcast for Python: load, run, compare, and results as frames; `import floorcast` shows it."""
