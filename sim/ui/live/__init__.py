"""The live floor."""
