"""Laws that the records of every run obey."""
