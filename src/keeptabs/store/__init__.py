"""Floor 4: the embedded ledger. One SQLite file, many processes; the only package that imports sqlite3."""
