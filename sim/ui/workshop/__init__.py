"""The page where scenarios and policies are made."""
