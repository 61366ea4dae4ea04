"""The official SOP document of a diagram: identity, flow table, worksheet. It never changes anything."""
