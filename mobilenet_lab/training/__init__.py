"""Train networks on small pictures and keep every finished run."""
