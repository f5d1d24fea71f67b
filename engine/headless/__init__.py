"""The command line: everything that works without a window. Torch is imported by what computes only."""
