from k8stui.cluster.backoff import Backoff
from k8stui.settings import Timing


def test_it_doubles_to_the_limit_with_dice_and_starts_again_after_a_sign_of_life() -> None:
    backoff = Backoff(Timing(backoff_first=0.5, backoff_most=30.0))
    usual = [0.5, 1, 2, 4, 8, 16, 30, 30]
    pauses = [backoff.next() for _ in usual]
    for pause, middle in zip(pauses, usual, strict=True):
        assert 0.5 * middle <= pause <= 1.5 * middle
    assert backoff.failures == len(usual)
    backoff.reset()
    assert backoff.next() <= 0.75


def test_the_server_may_ask_for_longer_but_not_for_less() -> None:
    backoff = Backoff(Timing(backoff_first=0.5, backoff_most=30.0))
    assert backoff.next(at_least=7.0) == 7.0
    assert backoff.next(at_least=0.0) >= 0.5


def test_failures_without_end_overflow_nothing() -> None:
    backoff = Backoff(Timing())
    backoff.failures = 5_000
    assert backoff.next() <= 45.0
