"""Planning: queueing theory, staffing requirements and the checks of the simulator against both."""
