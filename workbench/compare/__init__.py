"""Two runs side by side: A/B tests, their samples on one time line, their metrics, and how they differ."""
