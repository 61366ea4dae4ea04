"""A new standard tried on history: how many steps of past cases would have been late under other deadlines."""
