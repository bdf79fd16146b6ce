"""The defaults of views."""


class PictureView:
    """Defaults for views of one picture (see `Panel`)."""

    still = {"colors": 128}  # how the still picture's colours are chosen, for Pillow's `quantize`
    room = None  # the least height of the status line, so that pictures stay where they are
    computing = "computing …"  # what is said meanwhile

    def __init__(self, picture):
        self.picture = picture
        self.pictures = [picture]

    def uses(self, state, name):
        """Every control makes a difference."""
        return True

    def settle(self, state, before):
        """Nothing else follows from the controls."""
        return state

    def words(self, state):
        """The same as the text."""
        return self.text(state)
