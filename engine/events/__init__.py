"""Curves in the event files of TensorBoard: read within limits, and written; no part of TensorBoard is needed."""
