"""The design review: a budget in, candidates out, with what they would reach."""
