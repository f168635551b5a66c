"""What is measured against real data: ``python -m bench NAME --data DIR [--json]``."""
