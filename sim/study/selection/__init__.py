"""The best of many: what makes an option better, and procedures that find it with a stated probability."""
