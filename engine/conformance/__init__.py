"""Conformance: the verdict on a case, its values, its words, and where a person bent its course."""
