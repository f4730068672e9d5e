"""A floor that is played with: disturbed, taken back, and told as events that a picture can follow."""
