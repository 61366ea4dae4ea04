"""Moving cases to another version of their diagram."""
