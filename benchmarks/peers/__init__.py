"""Training loops of other frameworks, on networks and data that Ganvas has written for them."""
