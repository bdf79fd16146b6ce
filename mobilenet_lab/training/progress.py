"""A bar with the time left, and the last result."""

import time

from mobilenet_lab.training.bodies import steps_of

FORMAT = "{desc} |{bar}| {elapsed} gone, {remaining} left{postfix}"
LOOK = 0.5  # seconds from one look at the store to the next


class Progress:
    """The progress of a plan; a run counts as much as it is expected to take.

    `keys` maps each run, (data, design, recipe, seed), to its key. Attributes: `store`, `done` (the
    keys of the runs that are in it) and `total` (how many there will be).
    """

    def __init__(self, plan, keys, store, shown):
        self.store, self.done, self.total = store, set(), len(keys)
        self._keys, self._shown, self._begun, self._looked = set(keys.values()), shown, 0.0, 0.0
        self._weights = _weights(plan, keys)
        self._each = {
            (data.fingerprint, design, recipe): self._weights[key]
            for (data, design, recipe, _), key in keys.items()
        }

    def __enter__(self):
        from tqdm.auto import tqdm  # when there is something to do

        self.done = self._keys & self.store.keys()
        begin = self._amount()
        self._bar = tqdm(
            total=sum(self._weights.values()),
            initial=begin,
            bar_format=FORMAT,
            disable=not self._shown,
        )
        self._show()
        return self

    def __exit__(self, *_):
        self._bar.close()

    def look(self):
        """Look which runs are finished, and show it; whether there are new ones."""
        new = (self._keys & self.store.keys()) - self.done
        self.done |= new
        self._looked = time.monotonic()
        if new:
            self._begun = 0.0
            self._tell_last(new)
        self._show()
        return bool(new)

    def step(self, data, design, recipe):
        """One step is done of a run in this process."""
        weight = self._each[data.fingerprint, design, recipe]
        self._begun += weight / (recipe.epochs * steps_of(data, recipe))
        if time.monotonic() - self._looked > LOOK:
            self.look()

    def words(self, what):
        """What happened, what is kept and how to go on, as a sentence."""
        self.done = self._keys & self.store.keys()
        return (
            f"{what}; {len(self.done)} of {self.total} runs are finished and kept in "
            f"{self.store.folder}, and the same call goes on with the others"
        )

    def _amount(self):
        return sum(self._weights[key] for key in self.done) + self._begun

    def _show(self):
        self._bar.n = self._amount()
        self._bar.set_description_str(f"{len(self.done)} of {self.total} runs", refresh=False)
        self._bar.refresh()

    def _tell_last(self, new):
        """The last result beside the bar."""
        if self._shown and (found := [one for key in new if (one := self.store.record(key))]):
            last = max(found, key=lambda record: record["finished"])
            text = f"{last['family']}, α {last['alpha']:g}, seed {last['seed']}"
            self._bar.set_postfix_str(f"{text}: {last['accuracy']:.1%}", refresh=False)


def _weights(plan, keys):
    """The expected minutes of each run by its key; where they are missing, its MACs."""
    columns = [plan[name] for name in ("data", "design", "recipe", "seed")]
    rows = zip(*columns, plan.get("minutes", plan["macs"]), plan["macs"], strict=True)
    return {
        keys[(*run, seed)]: macs if minutes != minutes else minutes
        for *run, seed, minutes, macs in rows
    }
