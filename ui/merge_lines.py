"""The two lines that are typed before merging, in words: an address, a passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.widgets.passphrase import PassphraseWords

if TYPE_CHECKING:
    from ui.translate import Speaker


def address_words(speaker: Speaker) -> PassphraseWords:
    """For the address of a server."""
    say = speaker.say
    return PassphraseWords(
        title=say("staff.merge.add_server"),
        help=say("staff.merge.address_help"),
        field=say("staff.merge.address"),
        clear=say("staff.find.clear"),
        show=say("staff.unlock.show"),
        hide=say("staff.unlock.hide"),
        go=say("staff.merge.add_server"),
        cancel=say("staff.cancel"),
        empty=say("staff.merge.address_wrong"),
    )


def passphrase_words(speaker: Speaker, go: str, *, new: bool) -> PassphraseWords:
    """For the passphrase of a store; ``go`` is what comes once it opens."""
    say = speaker.say
    return PassphraseWords(
        title=say("staff.merge.passphrase_new" if new else "staff.merge.passphrase"),
        help=say("staff.merge.passphrase_new_help" if new else "staff.merge.passphrase_help"),
        field=say("staff.unlock.field"),
        clear=say("staff.find.clear"),
        show=say("staff.unlock.show"),
        hide=say("staff.unlock.hide"),
        go=go,
        cancel=say("staff.cancel"),
        empty=say("staff.unlock.empty"),
    )
