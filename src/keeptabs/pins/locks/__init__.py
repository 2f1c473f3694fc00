"""The formats of lock files: one a module, found by its ``LOCK``."""
