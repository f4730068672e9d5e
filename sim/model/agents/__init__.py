"""What agents have done and learned: agent rules and work times look at it."""
