"""One paper once."""
