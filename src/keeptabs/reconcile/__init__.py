"""The provider's own bill, set beside the ledger, and the gap between them explained."""
