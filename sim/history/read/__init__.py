"""Exports of other systems, read into one form."""
