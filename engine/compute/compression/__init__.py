"""Making trained networks smaller, and measuring what that gives."""
