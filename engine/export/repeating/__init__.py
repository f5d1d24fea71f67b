"""Programs that repeat the training of a run without Ganvas, where that can be done honestly."""
