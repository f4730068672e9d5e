"""Contacts of a history as arrays, and who waits when."""
