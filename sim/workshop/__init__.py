"""The workshop: scenarios and policies made and changed without writing files, then saved as files."""
