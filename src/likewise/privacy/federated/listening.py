"""Where parties call: the leader waits for all of them, and begins when each has a name of its own."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field

from likewise.errors import PrivacyError
from likewise.privacy.federated.agreement import VERSION, Agreement
from likewise.privacy.federated.channel import Socket, address_of
from likewise.privacy.federated.faults import Reason, fault
from likewise.privacy.federated.leader import Parties
from likewise.privacy.federated.messages import GREETING, NAME, Hello, Stopped, read, written

PATIENCE = 10.0
"""Seconds that a caller has to say who it is."""

CALLERS = 128
"""How many callers are heard at once: others wait."""


@dataclass
class Door:
    """Listen at an address until all parties have called; `address` is where, with the port that was free for port 0.

    `tls` (an `ssl.SSLContext` for servers) keeps what is said from anybody between, and can ask for certificates.
    """

    at: str
    tls: ssl.SSLContext | None = None
    called: dict[str, Socket] = field(default_factory=dict)

    def __post_init__(self) -> None:
        host, port = address_of(self.at)
        try:
            self._listening = socket.create_server(
                (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
            )
        except OSError:
            raise PrivacyError("privacy.address", "nobody can listen there", where=self.at,
                               hint="another port, or an address of this machine") from None  # fmt: skip
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where parties call."""
        host, port = self._listening.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def parties(self, agreement: Agreement, *, within: float) -> Parties:
        """Return the parties when all have called and agreed. Raises PrivacyError when some seconds pass before."""
        until = time.monotonic() + within
        busy = threading.BoundedSemaphore(CALLERS)
        with self._listening:
            while len(self.called) < agreement.parties:
                left = until - time.monotonic()
                if left <= 0:
                    self.close()
                    raise fault("parties")
                self._listening.settimeout(min(left, 0.1))
                try:
                    plain, _ = self._listening.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=self._greet, args=(plain, agreement.parties, busy), daemon=True).start()
        names = tuple(sorted(self.called))
        parties = Parties(agreement, names, {place: self.called[name] for place, name in enumerate(names)})
        parties.agree()
        return parties

    def close(self) -> None:
        """Hang up on all who called, and listen no more."""
        self._listening.close()
        with self._lock:
            for caller in self.called.values():
                caller.close()

    def _greet(self, plain: socket.socket, parties: int, busy: threading.BoundedSemaphore) -> None:
        """Hear who calls, and keep the connection of a party."""
        with busy:
            try:
                plain.settimeout(PATIENCE)
                caller = Socket(plain if self.tls is None else self.tls.wrap_socket(plain, server_side=True))
            except OSError:  # no TLS, or gone already
                plain.close()
                return
            self._heard(caller, parties)

    def _heard(self, caller: Socket, parties: int) -> None:
        """Keep the connection of a party, and tell others why not."""
        try:
            hello = read(caller.receive(most=GREETING, within=PATIENCE), Hello).is_a(Hello, sum=0, size=0)
            why = self._kept(hello, caller, parties)
            if why is None:
                return
            caller.send(written(Stopped(why=why)), within=PATIENCE)
        except PrivacyError:  # whatever called is no party
            pass
        caller.close()

    def _kept(self, hello: Hello, caller: Socket, parties: int) -> Reason | None:
        """Keep a party's connection, or return why not."""
        if hello.version != VERSION:
            return "version"
        with self._lock:
            if hello.name in self.called or not re.match(NAME, hello.name):
                return "name"
            if len(self.called) >= parties:
                return "full"
            self.called[hello.name] = caller
            return None
