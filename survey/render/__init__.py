"""Records → text. Pure: no model, no index, no settings, no file but the package's own style sheet."""
