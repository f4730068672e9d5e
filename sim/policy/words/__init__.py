"""A policy explained in plain English."""
