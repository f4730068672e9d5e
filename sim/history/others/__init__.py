"""What is known of contacts that do not wait on the line: emails, posts, conversations, interval totals."""
