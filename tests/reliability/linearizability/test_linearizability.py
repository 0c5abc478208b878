"""The checker itself, on histories made by hand: what could have happened passes, and nothing else does."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

from tests.reliability.history import (
    Choose,
    Chosen,
    Look,
    Operation,
    Outcome,
    Refused,
    Request,
    Seen,
    Start,
    Started,
    Stop,
    Stopped,
)
from tests.reliability.linearizability.linearizability import violation
from tests.reliability.linearizability.sequential_model import TimersState, step

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RUNS_ALREADY = "timer_already_running"
RUNS_NOT = "timer_not_running"


def operation(request: Request, outcome: Outcome | None, invoked: float, returned: float = float("inf")) -> Operation:
    return Operation(user=1, request=request, outcome=outcome, invoked=invoked, returned=returned)


def started(entry: int, second: int = 0) -> Started:
    return Started(entry=entry, at=NOON + timedelta(seconds=second))


def stopped(entry: int, second: int = 0) -> Stopped:
    return Stopped(entry=entry, at=NOON + timedelta(seconds=second))


def seen(*entries: int) -> Seen:
    return Seen(entries=frozenset(entries))


def linearizable(*operations: Operation, initial: TimersState | None = None) -> bool:
    return violation(operations, step, initial or TimersState()) is None


def test_nothing_at_all_is_linearizable() -> None:
    assert linearizable()


def test_one_thing_after_the_other_is_linearizable() -> None:
    assert linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Start(task=2), Refused(code=RUNS_ALREADY, entry=10), 2, 3),
        operation(Start(task=2, switch=True), started(11), 4, 5),
        operation(Stop(task=1), Refused(code=RUNS_NOT), 6, 7),
        operation(Look(), seen(11), 8, 9),
        operation(Stop(task=2), stopped(11), 10, 11),
        operation(Look(), seen(), 12, 13),
    )


def test_of_concurrent_operations_any_order_will_do() -> None:
    # The refused start returns first, and yet can only have come second.
    assert linearizable(
        operation(Start(task=1), Refused(code=RUNS_ALREADY, entry=10), 0, 1),
        operation(Start(task=1), started(10), 0.5, 2),
    )


def test_operations_that_are_not_concurrent_keep_their_order() -> None:
    assert not linearizable(
        operation(Start(task=1), Refused(code=RUNS_ALREADY, entry=10), 0, 1),
        operation(Start(task=1), started(10), 1.5, 2),
    )


def test_two_timers_in_one_lane_are_refused() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 5),
        operation(Start(task=1), started(11), 0, 5),
    )


def test_two_timers_in_two_lanes_are_right() -> None:
    assert linearizable(
        operation(Start(task=1), started(10), 0, 5),
        operation(Start(task=2), started(11), 0, 5),
        initial=TimersState(timers="parallel"),
    )


def test_a_lost_stop_is_refused() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Stop(task=1), stopped(10), 2, 3),
        operation(Start(task=1), Refused(code=RUNS_ALREADY, entry=10), 4, 5),
    )


def test_a_lost_start_is_refused() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Stop(task=1), Refused(code=RUNS_NOT), 2, 3),
    )


def test_a_second_stop_of_one_entry_is_refused() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Stop(task=1), stopped(10), 2, 5),
        operation(Stop(task=1), stopped(10), 2, 5),
    )


def test_a_stale_read_is_refused() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Stop(task=1), stopped(10), 2, 3),
        operation(Look(), seen(10), 4, 5),
    )


def test_a_read_beside_a_stop_may_see_either() -> None:
    begin = operation(Start(task=1), started(10), 0, 1)
    end = operation(Stop(task=1), stopped(10), 2, 4)

    assert linearizable(begin, end, operation(Look(), seen(10), 3, 5))
    assert linearizable(begin, end, operation(Look(), seen(), 3, 5))


def test_two_reads_do_not_see_a_stop_come_and_go() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Stop(task=1), stopped(10), 2, 9),
        operation(Look(), seen(), 3, 4),
        operation(Look(), seen(10), 5, 6),
    )


def test_a_stop_that_ends_another_entry_is_refused() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Stop(task=1), stopped(11), 2, 3),
    )


def test_a_refusal_that_names_another_entry_is_refused() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Start(task=1), Refused(code=RUNS_ALREADY, entry=11), 2, 3),
    )


def test_a_switch_is_never_told_that_a_timer_runs() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Start(task=1, switch=True), Refused(code=RUNS_ALREADY, entry=10), 2, 3),
    )


def test_instants_do_not_go_back() -> None:
    assert not linearizable(
        operation(Start(task=1), started(10, second=5), 0, 1),
        operation(Stop(task=1), stopped(10, second=4), 2, 3),
    )


def test_instants_may_decide_the_order_of_concurrent_operations() -> None:
    switches = [operation(Start(task=1, switch=True), started(10 + n, second=n), 0, 9) for n in range(4)]

    assert linearizable(*switches, operation(Look(), seen(13), 10, 11))
    assert not linearizable(*switches, operation(Look(), seen(12), 10, 11))


def test_an_unknown_outcome_may_have_taken_effect() -> None:
    assert linearizable(
        operation(Start(task=1), None, 0),
        operation(Stop(task=1), stopped(10), 2, 3),
    )


def test_an_unknown_outcome_may_take_effect_late() -> None:
    assert linearizable(
        operation(Start(task=1), None, 0),
        operation(Look(), seen(), 2, 3),
        operation(Look(), seen(10), 4, 5),
    )


def test_an_unknown_outcome_may_have_no_effect() -> None:
    assert linearizable(
        operation(Start(task=1), None, 0),
        operation(Start(task=1), started(10), 2, 3),
        operation(Look(), seen(10), 4, 5),
    )


def test_an_unknown_outcome_has_one_effect_only() -> None:
    assert not linearizable(
        operation(Start(task=1), None, 0),
        operation(Stop(task=1), stopped(10), 2, 3),
        operation(Stop(task=1), stopped(11), 4, 5),
    )


def test_a_change_of_the_setting_decides_the_lanes_of_later_starts() -> None:
    assert linearizable(
        operation(Start(task=1), started(10), 0, 1),
        operation(Choose(timers="parallel"), Chosen(), 2, 3),
        operation(Start(task=1), started(11), 4, 5),
        operation(Stop(task=1), stopped(11), 6, 7),
        operation(Stop(task=1), stopped(10), 8, 9),
    )


def test_a_violation_tells_where_no_order_helps() -> None:
    found = violation(
        [
            operation(Start(task=1), started(10), 0, 1),
            operation(Stop(task=1), Refused(code=RUNS_NOT), 2, 3),
        ],
        step,
        TimersState(),
    )

    assert found is not None
    assert found.explained == 1
    assert [each.request for each in found.stuck] == [Stop(task=1)]
    assert "after 1 operations" in str(found)


def in_sequence(*operations: Operation) -> bool:
    """Tell by trying them all whether some order is allowed: what the search has to agree with."""
    for order in permutations(operations):
        in_time = all(later.returned > earlier.invoked for n, earlier in enumerate(order) for later in order[n:])
        state: TimersState | None = TimersState()
        for each in order:
            state = step(state, each) if state is not None else None
        if in_time and state is not None:
            return True
    return False


def a_history(chance: Random) -> list[Operation]:
    """Return five operations that overlap now and then, and are likely enough to suit each other."""
    outcomes: list[tuple[Request, Outcome]] = [
        (Start(task=1), started(1)),
        (Start(task=1), Refused(code=RUNS_ALREADY, entry=1)),
        (Start(task=2, switch=True), started(2)),
        (Stop(task=1), stopped(1)),
        (Stop(task=1), Refused(code=RUNS_NOT)),
        (Stop(task=2), stopped(2)),
    ]
    beginnings = [chance.uniform(0, 4) for _ in range(5)]
    return [operation(*chance.choice(outcomes), each, each + chance.uniform(0.1, 3)) for each in beginnings]


def test_the_search_finds_what_trying_all_orders_finds() -> None:
    histories = [a_history(Random(seed)) for seed in range(500)]  # noqa: S311 - reproducible, not secret

    found = [linearizable(*history) for history in histories]

    assert found == [in_sequence(*history) for history in histories]
    assert 20 < sum(found) < 480


def test_a_long_history_of_four_concurrent_clients_is_searched_in_no_time() -> None:
    operations = []
    for turn in range(5_000):
        moment = turn * 10.0
        operations += [
            operation(Start(task=1, switch=True), started(4 * turn + n, second=turn), moment, moment + 9)
            for n in range(3)
        ]
        operations.append(operation(Look(), seen(4 * turn + turn % 3), moment + 1, moment + 9.5))

    assert linearizable(*operations)
