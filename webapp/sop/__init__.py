"""The SOP document on paper: pages, columns, rows and the pen. It knows no BPMN and never changes a text."""
