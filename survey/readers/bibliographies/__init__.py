"""Records of papers: what reference managers, registers and services write."""
