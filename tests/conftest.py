"""What the tests share: quiet TensorFlow, the same random examples, one error rule, a cache."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# The same examples in every run, and no clock: a slow machine must not fail a test.
settings.register_profile("lab", deadline=None, derandomize=True, database=None)
settings.load_profile("lab")


@pytest.fixture(scope="session")
def refused():
    """`refused(call, *received)`: the call raises `ValueError` in the lab's manner.

    One line of at most 300 characters that holds each text of `received` and what is accepted.
    """

    def check(call, *received):
        with pytest.raises(ValueError) as caught:
            call()
        message = str(caught.value)
        assert caught.type is ValueError
        assert len(message.splitlines()) == 1
        assert len(message) <= 300
        assert message.partition("accepted: ")[2].strip()
        for text in received:
            assert text in message

    return check


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache of Keras, which reads the variable only once."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path))
    (tmp_path / "models").mkdir()
    return tmp_path / "models"
