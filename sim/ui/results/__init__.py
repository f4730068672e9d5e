"""What a finished study shows: the answer, hours, customers, data."""
