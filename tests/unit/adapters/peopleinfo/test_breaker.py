"""When the circuit breaker lets calls out."""

from timetrack.adapters.peopleinfo.breaker import CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(failures=5, pause=5.0, clock=clock)
    for _ in range(5):
        breaker.failed()
    return breaker


def test_it_stays_closed_below_the_limit() -> None:
    breaker = CircuitBreaker(failures=5)

    told = [breaker.failed() for _ in range(4)]

    assert told == [False] * 4
    assert breaker.permits()


def test_it_opens_at_the_limit_and_says_so_once() -> None:
    breaker = CircuitBreaker(failures=5, clock=Clock())

    told = [breaker.failed() for _ in range(6)]

    assert told == [False, False, False, False, True, False]
    assert not breaker.permits()


def test_a_success_starts_the_count_anew() -> None:
    breaker = CircuitBreaker(failures=2)
    breaker.failed()
    breaker.succeeded()

    assert not breaker.failed()
    assert breaker.permits()


def test_after_the_pause_one_call_is_let_out() -> None:
    clock = Clock()
    breaker = opened(clock)

    clock.now += 4.9
    early = breaker.permits()
    clock.now += 0.1
    due = [breaker.permits() for _ in range(3)]

    assert not early
    assert due == [True, False, False]


def test_a_trial_that_succeeds_closes_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 5
    breaker.permits()

    assert breaker.succeeded()
    assert not breaker.succeeded()
    assert [breaker.permits() for _ in range(3)] == [True] * 3


def test_a_trial_that_fails_or_is_never_told_leaves_it_open_for_another_pause() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += 5
    breaker.permits()
    breaker.failed()

    clock.now += 4.9
    assert not breaker.permits()

    clock.now += 0.1
    assert breaker.permits()


def test_late_failures_do_not_prolong_the_pause() -> None:
    clock = Clock()
    breaker = opened(clock)

    clock.now += 4
    breaker.failed()
    clock.now += 1

    assert breaker.permits()
