"""Text becomes values with lines, and faults become sentences."""
