"""A trained run that answers over HTTP, on this machine alone."""
