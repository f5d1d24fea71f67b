"""Views of what is inside of the networks of a run; each is declared in one file, and needs neither torch nor Qt."""
