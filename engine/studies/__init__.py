"""Studies: many trainings of one project, each with other settings, and a table of what came of them; torch-free."""
