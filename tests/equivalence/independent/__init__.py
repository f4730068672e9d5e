"""An independent simulator: see ``centre``."""
