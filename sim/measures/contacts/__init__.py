"""The contacts of a run: tables, sums, service levels, waits and the backlog."""
