"""Floor 5: what to change, in dollars. One rule a file in ``rules``; all of them watch one reading of the ledger."""
