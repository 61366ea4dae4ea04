"""Pages about past cases: a new standard tried on them, and where they wait, on the diagram."""
