"""Anthropic's wire formats, one a file. Claude on other clouds speaks them too."""
