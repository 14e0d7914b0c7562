"""The lock of those who write: in order of arrival, as often as one likes."""

import random
import threading
import time

import pytest

from sluis.storage.sqlite.turns import Turns

PATIENCE_S = 20


def wait_for(condition):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)


def run(deed):
    thread = threading.Thread(target=deed, daemon=True)
    thread.start()
    return thread


def end(*threads):
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_is_given_in_order_of_arrival():
    turns, order = Turns(), []

    def ask(number):
        with turns:
            order.append(number)

    threads = []
    with turns:
        for number in range(20):
            threads.append(run(lambda number=number: ask(number)))
            wait_for(lambda number=number: len(turns.waiting) == number + 1)
    end(*threads)
    assert order == list(range(20))


def test_who_gave_it_back_and_asks_again_stands_behind_those_who_wait():
    turns, order = Turns(), []
    turns.acquire()

    def ask():
        with turns:
            order.append("who waits")

    thread = run(ask)
    wait_for(lambda: turns.waiting)
    turns.release()
    with turns:
        order.append("who had it")
    end(thread)
    assert order == ["who waits", "who had it"]


def test_is_held_until_it_was_given_back_as_often_as_it_was_taken():
    turns, had = Turns(), threading.Event()
    turns.acquire()
    turns.acquire()

    def ask():
        with turns:
            had.set()

    thread = run(ask)
    wait_for(lambda: turns.waiting)
    turns.release()
    assert turns.is_mine()
    assert not had.wait(0.05)
    turns.release()
    assert not turns.is_mine()
    end(thread)
    assert had.is_set()


def test_nobody_gives_back_what_is_not_theirs():
    turns, errors = Turns(), []

    def give_back():
        try:
            turns.release()
        except RuntimeError as error:
            errors.append(error)

    with turns:
        end(run(give_back))
    assert len(errors) == 1
    with pytest.raises(RuntimeError):
        turns.release()


@pytest.mark.parametrize("handed_over", [False, True])
def test_who_is_interrupted_leaves_the_line(monkeypatch, handed_over):
    """By Ctrl-C while it waits; its turn may have come just then."""
    turns, interrupted = Turns(), threading.Event()
    real = threading.Lock

    class Interrupted:
        def __init__(self):
            self.lock, self.times = real(), 0

        def acquire(self):
            self.times += 1
            if self.times == 1:
                return self.lock.acquire()
            wait_for(lambda: bool(turns.waiting) is not handed_over)
            raise KeyboardInterrupt

        def release(self):
            self.lock.release()

    def ask():
        monkeypatch.setattr("sluis.storage.sqlite.turns.threading.Lock", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            turns.acquire()
        interrupted.set()

    turns.acquire()
    thread = run(ask)
    if handed_over:
        wait_for(lambda: turns.waiting)
        turns.release()
    end(thread)
    assert interrupted.is_set()
    if not handed_over:
        turns.release()
    assert (turns.owner, turns.depth, len(turns.waiting)) == (None, 0, 0)


def test_one_at_a_time_has_it_whatever_they_do():
    turns, inside, most, counted = Turns(), [], [], []

    def work(seed):
        chance = random.Random(seed)
        for _ in range(300):
            depth = chance.randint(1, 3)
            for _ in range(depth):
                turns.acquire()
            inside.append(seed)
            most.append(len(set(inside)))
            counted.append(1)
            inside.remove(seed)
            for _ in range(depth):
                turns.release()

    end(*(run(lambda seed=seed: work(seed)) for seed in range(8)))
    assert max(most) == 1
    assert len(counted) == 2400
    assert (turns.owner, turns.depth, len(turns.waiting)) == (None, 0, 0)
