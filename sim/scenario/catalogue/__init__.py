"""What grows: one row per measure; schema, checks, tables and pages read these rows."""
