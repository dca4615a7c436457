"""The training practice, and the mail server that plays it: for ``balt demo`` and for the tests.

The server speaks real IMAP on the loopback address only; the rest of balt reaches it as any other server.
"""

from balt.demo.server import DemoServer

__all__ = ["DemoServer"]
