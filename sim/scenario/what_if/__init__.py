"""What if: named changes of anything that a scenario says, as one line of text or a few."""
