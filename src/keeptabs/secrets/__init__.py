"""Keys that must not leave: one table of what they look like, and an engine that finds them in bytes."""
