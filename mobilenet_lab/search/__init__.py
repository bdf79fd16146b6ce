"""From a budget to the designs that fit it."""
