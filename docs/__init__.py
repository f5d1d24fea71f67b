"""Papers about Ganvas, and what draws the pictures of its textbook."""
