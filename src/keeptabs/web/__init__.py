"""The pages of ``keeptabs ui``: server-rendered, read from the ledger, for one person on one machine."""
