"""Two states of an SOP beside each other, told in words: what a reader of both would have to find by himself."""
