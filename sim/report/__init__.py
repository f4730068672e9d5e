"""Output for colleagues: tables as CSV and workbooks, reports as HTML and PDF."""
