"""What the tests share: quiet TensorFlow, the same random examples in every run, one error rule."""

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
