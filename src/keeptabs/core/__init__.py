"""Floor 0: the values that travel between the parts. No I/O, no clock, no environment."""
