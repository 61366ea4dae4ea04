"""What an operator sees of a running process: is it well, its figures, its log. Never an answer, never a text."""
