"""Orders between threads."""

from __future__ import annotations

import threading
import time

from engine.runs.control import Control, RateChange


def test_orders_are_seen_once() -> None:
    control = Control()
    attention = [control.attention]
    control.set_learning_rate(0.1)
    control.set_learning_rate(0.2, "generator")
    attention.append(control.attention)
    control.seen()
    attention.append(control.attention)
    assert attention == [False, True, False]
    assert control.take_changes() == [RateChange(0.1), RateChange(0.2, "generator")]
    assert control.take_changes() == []


def test_single_steps_are_counted_and_hold_afterwards() -> None:
    control = Control()
    control.step_once()
    control.step_once()
    paused = [control.paused]
    assert [control.take_single_step() for _ in range(3)] == [True, True, False]
    control.step_once()
    control.go_on()
    paused.append(control.paused)
    assert paused == [True, False]
    assert not control.take_single_step()


def test_an_order_wakes_a_sleeper() -> None:
    control = Control()
    start = time.monotonic()
    timer = threading.Timer(0.05, control.stop)
    timer.start()
    control.wait(30)
    timer.join()
    assert time.monotonic() - start < 10
    assert control.stopping


def test_an_order_that_came_before_is_not_slept_over() -> None:
    control = Control()
    control.watch({"health": 5.0})
    start = time.monotonic()
    control.wait(30)
    assert time.monotonic() - start < 10
    assert control.watched == {"health": 5.0}


def test_many_orders_at_once_are_all_counted() -> None:
    control = Control()

    def order() -> None:
        for _turn in range(500):
            control.set_learning_rate(1.0)

    threads = [threading.Thread(target=order) for _ in range(4)]
    taken = 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken += len(control.take_changes())
    for thread in threads:
        thread.join()
    assert taken + len(control.take_changes()) == 2000
