"""Real training, with Keras: steps like Keras' own, seeds like networks built afresh, chance."""

import numpy as np
import pytest
from optional import keras, tf
from squares import QUICK, designs, squares

from mobilenet_lab import Design, build, cost
from mobilenet_lab.networks.design import trace
from mobilenet_lab.training import Data, Recipe, estimate, plan, run
from mobilenet_lab.training.bodies import Head, Whole
from mobilenet_lab.training.steps import batches, order, restart
from mobilenet_lab.training.store import Store
from mobilenet_lab.training.task import measured, train

pytestmark = pytest.mark.keras

DESIGN = Design("v1", 0.1, resolution=32, classes=3)
SMALL = Design("v2", 0.35, resolution=32, classes=3)  # the lab has weights for it
FAST = Recipe(epochs=3, batch=32, rate=0.02)


@pytest.fixture(scope="module")
def whole():
    return Whole(squares(), DESIGN, FAST, None)


def losses(body, seed, count=4):
    """The first steps' losses."""
    x, _ = body.start(seed)
    places = batches(len(x), FAST.batch, order(seed))[:count]
    return [body.steps.step(x[rows], squares().y[rows]) for rows in places]


class Rate(keras.optimizers.schedules.LearningRateSchedule if keras else object):
    """The rate as the recipe describes it: up in a line, then down like a cosine."""

    def __init__(self, most, steps):
        self.most, self.steps, self.rising = most, steps, round(steps / 10)

    def __call__(self, step):
        step = tf.cast(step, tf.float32)
        share = (step - self.rising) / (self.steps - self.rising)
        down = (1 + tf.cos(np.pi * share)) / 2
        return self.most * tf.where(step < self.rising, step / self.rising, down)


@pytest.fixture
def doubles():
    """Numbers of 64 bits, by which two ways of rounding do not drift apart on any processor."""
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy("float32")


def test_steps_are_those_of_keras(doubles):
    """Against `train_on_batch` on a softmax, from the same weights."""
    recipe = FAST.replace(rate=1e-5)
    body = Whole(squares(), DESIGN, recipe, None)
    x, _ = body.start(0)
    model = build(DESIGN, dropout=0.0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.9
    model.set_weights(body.steps.model.get_weights())
    start = [value.numpy() for value in model.trainable_variables]
    rate = Rate(recipe.rate, recipe.epochs * (len(x) // recipe.batch))
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True)
    model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
    for rows in batches(len(x), recipe.batch, order(0))[:4]:
        pictures, labels = x[rows] / 127.5 - 1, squares().y[rows]
        loss = model.train_on_batch(pictures, labels)
        model.reset_metrics()
        assert body.steps.step(pictures, labels) == pytest.approx(loss, rel=1e-6)
    pairs = zip(start, body.steps.model.trainable_variables, model.trainable_variables, strict=True)
    changes = [(ours.numpy() - old, theirs.numpy() - old) for old, ours, theirs in pairs]
    ours, theirs = (
        np.concatenate([one.ravel() for one in own]) for own in zip(*changes, strict=True)
    )
    assert np.linalg.norm(ours - theirs) < 1e-3 * np.linalg.norm(theirs)
    guesses = model.predict(x[:90].astype(np.float32) / 127.5 - 1, verbose=0).argmax(-1)
    right = (guesses == squares().y[:90]).mean()
    assert body.steps.accuracy(x[:90], squares().y[:90]) == pytest.approx(right, abs=0.02)


def test_a_seed_that_starts_again_goes_the_same_way(whole):
    first = losses(whole, 0)
    other = losses(whole, 1)
    assert losses(whole, 0) == first != other
    assert losses(Whole(squares(), DESIGN, FAST, None), 1) == other  # a network of its own
    assert whole.steps._step.experimental_get_tracing_count() == 1


def test_fresh_weights_are_as_keras_draws_them(whole):
    model = whole.steps.model
    restart(model, 0, {})
    other = build(DESIGN, dropout=0.0)
    for layer, own in zip(model.layers, other.layers, strict=True):
        for value, drawn in zip(layer.get_weights(), own.get_weights(), strict=True):
            assert value.shape == drawn.shape and np.ptp(drawn).astype(bool) == np.ptp(
                value
            ).astype(bool)
            if value.size > 2000:  # the same spread, and the same limit
                assert value.std() == pytest.approx(drawn.std(), rel=0.1)
                assert np.abs(value).max() == pytest.approx(np.abs(drawn).max(), rel=0.05)
            elif not np.ptp(drawn):
                assert np.array_equal(value, drawn)


def test_layers_that_two_designs_share_start_alike():
    one, two = (build(SMALL.replace(expansion=t)) for t in (1, 2))
    restart(one, 5, {}), restart(two, 5, {})
    names = {layer.name for layer in two.layers if layer.weights}
    pairs = [(a, two.get_layer(a.name)) for a in one.layers if a.name in names]
    both = [(a.get_weights()[0], b.get_weights()[0]) for a, b in pairs]
    same = [np.array_equal(a, b) for a, b in both if a.shape == b.shape and np.ptp(a)]
    assert same and all(same)


def test_batch_norm_follows_fast_and_dropout_is_off(whole):
    kinds = keras.layers.BatchNormalization, keras.layers.Dropout
    norms, drops = ([x for x in whole.steps.model.layers if isinstance(x, kind)] for kind in kinds)
    assert norms and {norm.momentum for norm in norms} == {0.9}
    assert {drop.rate for drop in drops} == {0.0}


def test_weight_decay_is_of_kernels_only():
    body = Whole(squares(), DESIGN, FAST.replace(weight_decay=0.5, rate=1e-6), None)
    body.start(0)
    for variable in body.steps.model.trainable_variables:
        variable.assign(np.ones(variable.shape))
    for _ in range(3):  # the rate of the first step is 0
        body.steps._optimizer.apply(
            [tf.zeros(v.shape) for v in body.steps.model.trainable_variables],
            body.steps.model.trainable_variables,
        )
    for variable in body.steps.model.trainable_variables:
        decays = "kernel" in variable.path
        assert bool((variable.numpy() < 1).all()) == decays, variable.path


def colours(count=384, held_out=300, side=32):
    """Pictures of one colour each, any; the class is its strongest channel."""
    random = np.random.default_rng(0)

    def part(number):
        ink = random.integers(0, 156, (number, 3))
        noise = random.integers(0, 100, (number, side, side, 3))
        return (ink[:, None, None] + noise).astype(np.uint8), ink.argmax(1)

    return Data("colours", ("red", "green", "blue"), *part(count), *part(held_out))


def test_a_network_learns_and_shuffled_labels_come_out_at_chance():
    """What one network makes of wrong labels differs by 7 % or so, hence the mean of four."""
    data, recipe = colours(), Recipe(epochs=6, batch=32, rate=0.02)
    body = Whole(data, DESIGN, recipe, None)
    learned = [measured(body, data, recipe, seed)["accuracy"] for seed in range(2)]
    assert np.mean(learned) > data.chance + 0.15
    wrong = [measured(body, data.shuffled(seed), recipe, seed)["accuracy"] for seed in range(4)]
    assert abs(np.mean(wrong) - data.chance) < 0.12


def test_a_real_run_has_its_versions_and_times(tmp_path):
    design = DESIGN.replace(classes=1000)
    frame = plan(squares(), design, 1, QUICK.replace(epochs=1), timed=False)
    row = run(frame, tmp_path, progress=False).iloc[0]
    assert row["macs"] == cost(DESIGN).macs
    assert row["tensorflow"] == tf.__version__ and row["keras"] == keras.__version__
    assert row["cpu_seconds"] > 0 and row["started"] < row["finished"]


# --- Given weights, and the classifier alone ---


def test_given_weights_come_back_for_every_seed():
    body = Whole(squares(), SMALL, FAST.replace(weights="small"), None)
    inner = [layer.name for layer in trace(SMALL) if layer.params and not layer.in_classifier]
    model, before = body.steps.model, {}
    for seed in (0, 1):
        losses(body, seed, 2)
        body.start(seed)
        found = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}
        for name, values in found.items():
            same = [
                np.array_equal(a, b) for a, b in zip(values, before.get(name, values), strict=True)
            ]
            assert all(same) == (name in inner or seed == 0), name
        before = found


def test_the_classifier_alone_learns_on_maps_that_are_computed_once(tmp_path, monkeypatch):
    recipe = Recipe(epochs=20, batch=32, rate=0.5, head_only=True, weights="small")
    train(squares(), SMALL, recipe, [0], tmp_path)
    (maps,) = (tmp_path / "maps").iterdir()
    monkeypatch.setattr(Head, "pooled", None)  # would fail
    assert train(squares(), SMALL, recipe, [0, 1], tmp_path).trained == (1,)
    assert train(squares(), SMALL, recipe.replace(rate=0.1), [0], tmp_path).trained == (0,)
    records = Store(tmp_path).records()
    assert len(records) == 3 and all(record["accuracy"] > 0.9 for record in records)
    monkeypatch.undo()
    model = build(SMALL, recipe.weights_of(SMALL), top=False)
    with np.load(maps) as file:
        own = model.predict(squares().x[:8].astype(np.float32) / 127.5 - 1, verbose=0).mean((1, 2))
        assert np.allclose(file["arr_0"][:8], own, atol=1e-4)


def test_a_random_body_has_other_maps_for_each_seed(tmp_path):
    body = Head(squares(48, 24), DESIGN, QUICK.replace(head_only=True), Store(tmp_path))
    (one, _), (two, _) = body.start(0), body.start(1)
    assert one.shape == (48, 102) and 0.05 < one.std() < 5
    assert abs(one - two).mean() > 0.1 * one.std() and np.array_equal(body.start(0)[0], one)
    assert not (tmp_path / "maps").exists()


def test_minutes_are_timed():
    frame = plan(squares(), designs(3), 2, QUICK)
    whole = frame["minutes"].tolist()
    assert all(0 < minutes < 60 for minutes in whole)
    known = len(estimate._known)
    longer = plan(squares(), designs(1), 2, QUICK.replace(epochs=2000))
    assert longer["minutes"][0] > 2 * whole[0] and len(estimate._known) == known
    head = plan(squares(), SMALL, 1, QUICK.replace(head_only=True, weights="small"))
    assert 0 < head["minutes"][0] < 60
