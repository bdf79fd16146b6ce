"""A report of a review as one HTML file, as Markdown, or its designs as CSV."""
