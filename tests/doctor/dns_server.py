"""A DNS server on loopback that answers what a test wants, over UDP and TCP on one port."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

Zone = dict[str, list[str]]
"""Service and domain → records "priority weight port target"."""
Mangle = Callable[[bytes], bytes | None]


class DnsServer:
    """Answers SRV questions from ``zone``: names that are not in it do not exist.

    ``rcode`` is answered instead where it is given; ``mangle`` changes an answer, or swallows it (None);
    ``over_tcp`` sends the asker away from UDP. ``questions`` are the names that were asked for.
    """

    def __init__(
        self,
        zone: Zone | None = None,
        *,
        rcode: dns.rcode.Rcode | None = None,
        mangle: Mangle | None = None,
        over_tcp: bool = False,
    ) -> None:
        self.questions: list[str] = []
        self._zone = zone or {}
        self._rcode = rcode
        self._mangle = mangle
        self._over_tcp = over_tcp
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port: int = self._tcp.getsockname()[1]
        self._udp.bind(("127.0.0.1", self.port))

    def __enter__(self) -> Self:
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (self._tcp, self._udp):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def resolver(self) -> dns.resolver.Resolver:
        """A resolver that asks this server and no other."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def _serve_udp(self) -> None:
        with suppress(OSError):
            while True:
                asked, who = self._udp.recvfrom(65535)
                if not asked:  # shut down
                    return
                answer = self._answer(asked, short=self._over_tcp)
                if answer is not None:
                    self._udp.sendto(answer, who)

    def _serve_tcp(self) -> None:
        with suppress(OSError):
            while True:
                client, _peer = self._tcp.accept()
                with client, suppress(OSError, struct.error):
                    (size,) = struct.unpack("!H", client.recv(2))
                    answer = self._answer(client.recv(size), short=False)
                    if answer is not None:
                        client.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, asked: bytes, *, short: bool) -> bytes | None:
        question = dns.message.from_wire(asked)
        name = question.question[0].name.to_text()
        if not short:
            self.questions.append(name.rstrip("."))
        answer = dns.message.make_response(question)
        records = self._zone.get(name.rstrip("."))
        if self._rcode is not None:
            answer.set_rcode(self._rcode)
        elif short:
            answer.flags |= dns.flags.TC
        elif records is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif records:
            kind = "CNAME" if len(records[0].split()) == 1 else "SRV"
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, records))
        wire = answer.to_wire(max_size=65535)
        return self._mangle(wire) if self._mangle else wire
