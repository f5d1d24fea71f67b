"""The layer catalogue: one small file for each layer or tight family."""
