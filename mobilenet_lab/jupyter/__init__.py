"""What Jupyter's own programs load: an exporter, and an extension of the server."""
