"""A floor to play with: disturbances, going back in time, and events that a picture can follow."""
