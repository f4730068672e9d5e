"""Forecasts of the rest of a day."""
