"""What programs that repeat a training are made of; the source text of the functions is copied into those programs.

So every function stands alone on ``copy``, ``math``, ``numpy`` and ``torch``, and is named with all that it needs.
"""
