"""The coming weeks from history."""
