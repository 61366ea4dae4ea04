"""Where cases wait and where they are late, drawn on the diagram of one version."""
