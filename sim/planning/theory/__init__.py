"""Queueing theory in closed form: Erlang B, C and A, priorities, shared attention, cascades."""
