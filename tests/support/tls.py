"""Certificates for tests, good and bad, and a TLS front that presents one of them before a plain server."""

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """A certificate chain and its key, as PEM files."""

    chain: Path
    key: Path


class Certificates:
    """A private authority (``ca_file``) and the certificates that tests present, written into ``folder``.

    ``good`` is for localhost and 127.0.0.1; ``expired`` ended last year; ``wrong_name`` is for another host;
    ``unknown_authority`` comes from an authority that ``ca_file`` does not hold; ``self_signed`` from none;
    ``client`` names a person, for servers that ask for a client certificate.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        authority, stranger = self._authority, self._stranger = trustme.CA(), trustme.CA()
        now = datetime.now(UTC)
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self.good = self._write("good", authority.issue_cert("localhost", "127.0.0.1"))
        self.expired = self._write(
            "expired",
            authority.issue_cert(
                "localhost",
                "127.0.0.1",
                not_before=now - timedelta(days=800),
                not_after=now - timedelta(days=365),
            ),
        )
        self.wrong_name = self._write("wrong_name", authority.issue_cert("messagerie.example"))
        self.unknown_authority = self._write(
            "unknown_authority", stranger.issue_cert("localhost", "127.0.0.1")
        )
        self.client = self._write("client", authority.issue_cert("camille.exemple@medecin.mssante.fr"))
        self.self_signed = self._self_signed(now)

    def of_person(
        self, user: str, *, stranger: bool = False, days: tuple[int, int] = (-1, 30)
    ) -> Certificate:
        """A client certificate whose common name is ``user``, valid from and until these days from now;
        ``stranger``: from an authority that ``ca_file`` does not hold.
        """
        now = datetime.now(UTC)
        issued = (self._stranger if stranger else self._authority).issue_cert(
            f"{user}@medecin.mssante.fr",
            common_name=user,
            not_before=now + timedelta(days=days[0]),
            not_after=now + timedelta(days=days[1]),
        )
        return self._write(f"{user}-{stranger}-{days[1]}", issued)

    def _write(self, name: str, issued: trustme.LeafCert) -> Certificate:
        files = Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        files.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        files.key.write_bytes(issued.private_key_pem.bytes())
        return files

    def _self_signed(self, now: datetime) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256())
        )
        files = Certificate(self._folder / "self_signed.pem", self._folder / "self_signed.key")
        files.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return files


class TlsFront:
    """Ends TLS with the given certificate on a loopback port of its own and passes everything to ``target``.

    Use as a context manager; ``port`` is where to connect.
    """

    def __init__(self, target: int, certificate: Certificate) -> None:
        self._target = target
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain, certificate.key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (self._listener, *self._open):
            _shut(connection)

    def _serve(self) -> None:
        while True:
            try:
                client, _peer = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        try:
            safe = self._context.wrap_socket(client, server_side=True)
        except OSError:  # a client that refuses the certificate is what some tests are about
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", self._target))
        self._open |= {safe, server}
        threading.Thread(target=_pump, args=(server, safe), daemon=True).start()
        _pump(safe, server)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    _shut(source)
    _shut(sink)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
