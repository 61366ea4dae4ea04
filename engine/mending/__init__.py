"""Drawings from elsewhere: what can be repaired is, each repair shown with its element, none silent.

Pure: no database, no clock; the upload itself is never changed.
"""
