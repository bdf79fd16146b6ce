"""From a budget to the designs that fit it, and what they would reach."""
