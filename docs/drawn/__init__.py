"""The drawings of the textbook, a function for each; :mod:`docs.drawings` writes them."""
