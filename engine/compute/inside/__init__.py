"""Looking inside of the networks of a run: how runs are opened for it, and what each view computes."""
