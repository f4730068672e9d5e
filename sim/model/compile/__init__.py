"""A scenario and a policy become the arrays that the compiled model reads."""
