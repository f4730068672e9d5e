"""What is known of contacts that do not wait on the line: letters, posts, conversations, interval totals."""
