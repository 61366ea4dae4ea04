"""Pages that show what a version does to open cases, and move them to it."""
