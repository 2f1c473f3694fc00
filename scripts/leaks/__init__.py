"""The corpus of `scripts/recall.py`: keys in places where they leak, and what only looks like them."""
