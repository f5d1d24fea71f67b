"""``PYTHONPATH=docs python -m drawn [key …]`` draws the pictures of the textbook anew."""

import sys

from drawn.every import main

if __name__ == "__main__":
    main(sys.argv[1:])
