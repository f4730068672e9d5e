"""What is handed on to colleagues: tables as CSV and workbooks, reports as HTML and PDF."""
