"""The stand-alone verifier, kept as a file of its own: dossiers carry a copy of it; nothing here imports it."""
