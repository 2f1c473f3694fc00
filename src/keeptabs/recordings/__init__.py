"""Recorded traffic as exchanges: HAR files and VCR cassettes."""
