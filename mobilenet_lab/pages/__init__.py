"""Live pages: HTML files whose sliders move plots in any browser, without Python or a network."""
