"""Commands that plan: how many people, when, who, and whom to hire."""
