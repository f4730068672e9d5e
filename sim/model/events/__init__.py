"""What happens: to contacts, their customers and the public, and to agents."""
