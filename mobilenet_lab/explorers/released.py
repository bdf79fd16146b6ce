"""The explorer of the released networks: both families on one plane, and which point is which."""

from mobilenet_lab.explorers.controls import choice, counts_table
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.explorers.words import called, describe
from mobilenet_lab.networks.design import Design
from mobilenet_lab.pages.live import live_page
from mobilenet_lab.plots.families import Families
from mobilenet_lab.published.released import DESIGN, checkpoints

NONE = -1  # the value of the list before a network is chosen


class Released(Panel):
    """Published top-1 of the released networks over their MACs and over their parameters.

    A network that is chosen in the list has a ring, and the mouse shows the name of any point.
    """

    def __init__(self):
        rows = checkpoints()
        designs = [Design(**row) for row in rows[DESIGN].to_dict("records")]
        names = {called(one): at for at, one in enumerate(designs)}
        controls = {"network": choice("network", {"choose …": NONE} | names, NONE)}
        super().__init__(_ReleasedView(rows, designs), controls, usual())


class _ReleasedView(PictureView):
    """All released networks, one of them chosen or none."""

    def __init__(self, rows, designs):
        super().__init__(Families(rows, ["macs", "params"], "top1"))
        self.rows, self.designs = rows, designs

    def settle(self, state, before):
        """The state with the chosen design."""
        at = state["network"]
        return state | {"design": None if at == NONE else self.designs[at]}

    def draw(self, state):
        """A ring around the chosen network."""
        at = state["network"]
        self.picture.show(None if at == NONE else self.rows.iloc[at])

    def live(self, state):
        """The plane as a live page that begins with the chosen network."""
        return live_page("families", network=state["design"])

    def numbers(self, state):
        """The networks, the chosen one alone if there is one."""
        at, columns = state["network"], [*DESIGN, "macs", "params", "top1"]
        return self.rows[columns] if at == NONE else self.rows.loc[[at], columns]

    def table(self, frame):
        """Counts with commas."""
        return counts_table(frame)

    def words(self, state):
        """The chosen network and its counts."""
        if state["design"] is None:
            return f"{len(self.rows)} networks: choose one, or point at it."
        return describe(state["design"])

    def text(self, state):
        """The plot in words, and the chosen network with its counts in full."""
        chosen = state["design"] and describe(state["design"], exact=True)
        return f"{chosen}\n{self.picture.words}" if chosen else self.picture.words
