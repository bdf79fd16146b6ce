"""Plug-ins for Jupyter: an exporter and a server extension."""
