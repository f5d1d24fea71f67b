"""What guided experiments look for: each kind of check in one file; torch-free."""
