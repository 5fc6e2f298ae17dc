"""What the program's tests compare its training with is what this trainer makes."""

import json

import pytest

import make_training_fixture


def assert_alike(made, committed):
    if isinstance(committed, dict):
        assert made.keys() == committed.keys()
        for name in committed:
            assert_alike(made[name], committed[name])
    elif isinstance(committed, list) and not any(isinstance(one, (int, float)) for one in committed):
        assert len(made) == len(committed)
        for one, other in zip(made, committed):
            assert_alike(one, other)
    elif isinstance(committed, list):
        # Projections of other builds of LAPACK differ a little.
        assert made == pytest.approx(committed, abs=1e-5 * max(1, *map(abs, committed)))
    else:
        assert made == committed


def test_the_committed_fixture_is_what_this_trainer_makes():
    committed = json.loads(make_training_fixture.FIXTURE.read_text())
    assert_alike(make_training_fixture.make(), committed)
