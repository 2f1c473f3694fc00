"""The rules of the audit, one a file: each defines ``RULE``."""
