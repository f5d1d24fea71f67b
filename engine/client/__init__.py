"""The window's side of the conversation: engine processes, their commands and their mailboxes."""

from engine.client.engine import Engine
from engine.client.engines import Engines
from engine.client.mailbox import Died, Mailbox

__all__ = ["Died", "Engine", "Engines", "Mailbox"]
