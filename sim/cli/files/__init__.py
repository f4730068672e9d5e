"""Commands about the files themselves."""
