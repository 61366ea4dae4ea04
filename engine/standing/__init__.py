"""Standing of versions: which is submitted, in force, scheduled, replaced or rejected, by decisions that are kept."""
