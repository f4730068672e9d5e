"""What a study compares: options, and how those that differ in shape stand in one table."""
