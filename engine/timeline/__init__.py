"""A case told event by event: what each event is about, what it changed, and where it is drawn."""
