"""Studies and A/B tests in the window: several trainings at once, a table of them, and their pictures."""
