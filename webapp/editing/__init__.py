"""The modeler in the page: an owner revises a diagram, and every change is kept as a draft."""
