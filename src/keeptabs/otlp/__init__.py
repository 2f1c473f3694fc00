"""Floor 5: spans that are sent over OTLP/HTTP, from other languages and other instrumentations, into the ledger."""
