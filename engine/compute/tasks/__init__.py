"""What every objective computes in a step, in an evaluation and for the panels."""
