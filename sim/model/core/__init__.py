"""What any compiled simulation needs: compilation, random numbers, the calendar, ordered sets."""
