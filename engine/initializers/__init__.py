"""How weights start: one small file for each rule."""
