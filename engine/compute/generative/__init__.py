"""How good generated examples are: formulas on features, the features, and what puts them together."""
