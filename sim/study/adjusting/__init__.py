"""Figures adjusted by what chance is known to have brought: fewer replications for the same width."""
