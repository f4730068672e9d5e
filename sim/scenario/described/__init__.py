"""What a file may hold, for editors and people: JSON Schemas and the manual."""
