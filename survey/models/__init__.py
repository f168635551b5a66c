"""Who answers a task: the embedded default (``extractive``), and the ledger that wraps whoever answers."""
