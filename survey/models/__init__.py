"""Who answers a task: the embedded default (``extractive``), or a language model (``chat``); ``ledger`` wraps either."""
