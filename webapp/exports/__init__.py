"""Handing cases out: the dossier, XES, CSV and JSON, each written as it goes, whatever its length."""
