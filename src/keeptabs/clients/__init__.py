"""Floor 3: one HTTP client family a file, found by its ``CLIENT``."""
