"""Language models on the command line: set up, tried, limited; a key is read, never typed as an argument or shown."""

from __future__ import annotations

import io
import sys

import pytest
from tests.cli.conftest import Shell, Told

CANARY = "sk-canary-c0ffee42"


def keyed(shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str, key: str) -> Told:
    """Set a key that is piped in."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(f"{key}\n"))
        return shell.nexus("ai", "set-key", name)


def test_a_new_installation_has_rules_alone_and_the_doctor_says_so(shell: Shell) -> None:
    shown = shell.nexus("ai", "show")
    assert shown.code == 0, shown.errors
    assert "Texts: rules (no language model is set up)" in shown.out
    assert "workspace a day $20.00, user a day $5.00, campaign $5.00" in " ".join(shown.out.split())
    assert "rules (no language model is set up)" in shell.nexus("doctor").out


def test_providers_are_set_up_changed_ordered_and_removed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--kind" in shell.nexus("ai", "set-provider", "openai", "--model", "gpt-5").words
    told = shell.nexus("ai", "set-provider", "openai", "--kind", "openai", "--model", "gpt-5", "--light", "gpt-5-nano")
    assert told.code == 0, told.errors
    assert "Texts: openai (gpt-5-nano, gpt-5), then rules; no key: openai" in told.out
    lacking = shell.nexus("doctor")
    assert lacking.code == 1
    assert "no key: openai" in " ".join(lacking.out.split())
    assert keyed(shell, monkeypatch, "openai", CANARY).code == 0
    local = shell.nexus(
        "ai", "set-provider", "local", "--kind", "compatible", "--base-url", "http://10.0.0.5:8000/v1", "--model", "m1", "--first"
    )  # fmt: skip
    assert "Texts: local (m1), then openai (gpt-5-nano, gpt-5), then rules" in local.out
    assert "travel unencrypted" in local.words
    changed = shell.nexus("ai", "set-provider", "openai", "--strong", "gpt-5-pro", "--disabled")
    assert "Texts: local (m1), then rules" in changed.out
    assert "set 20" in changed.out
    assert "gpt-5-pro" in changed.out
    gone = shell.nexus("ai", "remove-provider", "local")
    assert "local" not in gone.out
    assert shell.nexus("ai", "remove-provider", "local").code == 1
    assert shell.nexus("ai", "set-provider", "openai", "--enabled").code == 0
    assert shell.nexus("doctor").code == 0


def test_a_key_is_read_from_the_standard_input_and_never_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.nexus("ai", "set-provider", "openai", "--kind", "openai", "--model", "gpt-5")
    answers = [keyed(shell, monkeypatch, "openai", CANARY), keyed(shell, monkeypatch, "openai", f"{CANARY} {CANARY}")]
    answers += [keyed(shell, monkeypatch, "nobody", CANARY), shell.nexus("ai", "set-key", "openai", CANARY)]
    answers += [shell.nexus("ai", "show"), shell.nexus("doctor"), shell.nexus("ai", "test", "openai")]
    assert [each.code for each in answers] == [0, 1, 1, 2, 0, 0, 1]
    assert not any(CANARY in f"{each.out}{each.errors}" for each in answers if each is not answers[3])
    assert "No answer from gpt-5" in answers[-1].words
    assert shell.nexus("ai", "remove-key", "openai").code == 0
    assert "no key: openai" in shell.nexus("ai", "show").out


def test_rules_only_goes_on_and_off(shell: Shell) -> None:
    shell.nexus("ai", "set-provider", "openai", "--kind", "openai", "--model", "gpt-5")
    assert "rules alone, as the settings say" in shell.nexus("ai", "rules-only", "on").out
    assert shell.nexus("ai", "rules-only", "maybe").code == 1
    assert "then rules" in shell.nexus("ai", "rules-only", "off").out


def test_limits_are_set_one_by_one_and_usage_tells_what_is_left(shell: Shell) -> None:
    told = shell.nexus("ai", "limits", "--workspace", "12.50", "--campaign", "none")
    assert "workspace a day $12.50, user a day $5.00, campaign none" in " ".join(told.out.split())
    assert shell.nexus("ai", "limits", "--user", "lots").code == 1
    used = shell.nexus("ai", "usage")
    assert used.code == 0, used.errors
    assert "workspace $0.00 of $12.50, you $0.00 of $5.00" in " ".join(used.out.split())


def test_what_cannot_be_used_is_refused_in_words(shell: Shell) -> None:
    told = shell.nexus(
        "ai", "set-provider", "bad", "--kind", "compatible", "--base-url", "http://169.254.169.254", "--model", "m"
    )
    assert told.code == 1
    assert "refused" in told.words
    assert shell.nexus("ai", "test", "bad").code == 1
