"""Every command of the window, by menu; each module has one function that returns them."""
