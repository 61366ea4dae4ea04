"""The auditor's search: what it asks for, how it is answered, and what is kept under a name."""
