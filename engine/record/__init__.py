"""The record of a case: everything about it that one actor may see, of which exports are made."""
