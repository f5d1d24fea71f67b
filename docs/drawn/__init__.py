"""The drawings of the textbook, a function for each; :mod:`drawn.every` writes them."""
