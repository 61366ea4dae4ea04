"""The timer ledger: what became of each timer, and how late."""
