<<<<<<< HEAD
"""From a budget to the designs that fit it."""
=======
"""The design review: a budget in, candidates out, with what they would reach."""
>>>>>>> w-search
