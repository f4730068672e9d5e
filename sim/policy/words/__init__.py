"""A policy said back in plain English."""
