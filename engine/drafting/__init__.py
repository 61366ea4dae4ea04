"""Drafts of diagrams: what an owner changes, kept until it is deployed or dropped."""
