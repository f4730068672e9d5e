"""Contacts and agents find each other: queues, pools, rules, offers and attention."""
