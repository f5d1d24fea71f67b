"""The tab Compress: what is done to the networks of a run, what they cost and are worth then, and all variants side by side."""
