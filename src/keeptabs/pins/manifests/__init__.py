"""The formats of manifests: one a module, found by its ``MANIFEST``."""
