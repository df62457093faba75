"""A mosquitto of our own: who may come in is said by certificates, who may hear what by the names in them."""

import ipaddress
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cuakhauso.lane.drivers.mqtt import Tls
from tests.lane.waiting import free_port

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
ACL = """
pattern readwrite gate/%u/#
user relay1
topic readwrite gate/lane1/#
user relay2
topic readwrite gate/lane2/#
"""


class Authority:
    """Makes certificates in `folder`, each for a name."""

    def __init__(self, folder: Path, name: str = "gate"):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed(name, self.key, is_authority=True)
        self.path = folder / f"{name}.crt"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def tls(self, name: str, authority: Path | None = None) -> Tls:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.folder / f"{name}.crt"
        certificate.write_bytes(self._signed(name, key).public_bytes(serialization.Encoding.PEM))
        key_path = self.folder / f"{name}.key"
        key_path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return Tls(ca=str(authority or self.path), certificate=str(certificate), key=str(key_path))

    def _signed(self, name, key, *, is_authority=False):
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        local = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(local, critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())


@dataclass
class Broker:
    port: int
    folder: Path
    authority: Authority
    process: subprocess.Popen | None = None

    def start(self):
        self.process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self.folder / "mosquitto.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("mosquitto did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def broker(folder: Path):
    authority = Authority(folder)
    server = authority.tls("broker")
    port = free_port()
    (folder / "acl").write_text(ACL)
    (folder / "mosquitto.conf").write_text(
        f"""
user root
set_tcp_nodelay true
listener {port} 127.0.0.1
cafile {authority.path}
certfile {server.certificate}
keyfile {server.key}
require_certificate true
use_identity_as_username true
allow_anonymous false
acl_file {folder}/acl
"""
    )
    running = Broker(port, folder, authority)
    running.start()
    try:
        yield running
    finally:
        running.stop()
