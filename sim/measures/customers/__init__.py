"""The customer's and the public's view: issues, incidents, satisfaction, campaigns."""
