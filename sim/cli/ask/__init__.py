"""Commands that say why, how sure and whether it is right."""
