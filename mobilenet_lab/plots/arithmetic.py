"""The arithmetic of a convolution as it is written: products, sums and counts."""

from mobilenet_lab.costs import sliding


def size(values):
    """The shape of a map: "6 × 6 × 4"."""
    return " × ".join(map(str, values.shape))


def text(number):
    """A number with a proper minus sign."""
    return f"{number}".replace("-", "−")


def texts(values):
    """The same of each number in rows and columns."""
    return [[text(number) for number in row] for row in values]


def products(values, weights):
    """Each value in rows and columns times its weight."""
    return [
        [product(*pair) for pair in zip(*rows, strict=True)]
        for rows in zip(values, weights, strict=True)
    ]


def product(value, weight):
    """A value times a weight, as it is written: "4·(−2)"."""
    return f"{text(value)}·({text(weight)})" if weight < 0 else f"{text(value)}·{weight}"


def summed(convolution, row, column, channel):
    """The sums of the channels that an output adds up: "2 − 14 + 5 = −7"."""
    values, weights = convolution[-1].terms(row, column, channel)
    first, *others = (values * weights).sum(axis=(0, 1))
    if not others:
        return text(first)
    added = "".join(f" {'−' if one < 0 else '+'} {abs(one)}" for one in others)
    return f"{text(first)}{added} = {text(first + sum(others))}"


def spent(convolution):
    """What one output costs; what its channels share is written apart."""
    *first, last = convolution
    own, filters = f"{last.each} multiply-accumulates", sliding.FILTERS
    shared = [(sliding.CHANNELS * part.each, part.name) for part in first]
    more = [f"and {count} {name} ones\nfor all {filters} channels" for count, name in shared]
    return ",\n".join([own, *more])


def progress(convolution, row, column, channel):
    """The multiply-accumulates so far, part by part, and what the lab counts for the whole map."""
    counts = sliding.so_far(convolution, row, column, channel)
    parts = " + ".join(f"{count:,}" for count in counts)
    parts += f" = {sum(counts):,}" if len(counts) > 1 else ""
    total = sum(part.layer.macs for part in convolution)
    return f"So far {parts} MACs; the lab counts {total:,} for the whole map"


def say(convolution, row, column, channel):
    """An output in words."""
    place = row, column, channel
    kind = ", then ".join(part.name for part in convolution)
    cost = spent(convolution).replace("\n", " ")
    return (
        f"{kind}: the output at row {row + 1}, column {column + 1}, channel {channel + 1} (of "
        f"{size(convolution[-1].written)}) is {summed(convolution, *place)}; {cost}. "
        f"{progress(convolution, *place)}."
    )
