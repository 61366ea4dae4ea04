"""Proof, part by part: each file holds one kind of stored thing against what the histories say it must be."""
