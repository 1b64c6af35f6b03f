"""The certificate of a shop that speaks TLS: self-signed, for loopback, kept in the data folder."""
import subprocess

from process import RigError

DAYS = 365
KEPT_SECONDS = 86_400   # one that ends sooner is made anew


def prepare(state):
    """{"certificate": path, "key": path}; those of the last time as long as they are good."""
    folder = state.data / "tls"
    folder.mkdir(exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    if not key.exists() or _openssl("x509", "-in", certificate, "-noout", "-checkend", KEPT_SECONDS).returncode != 0:
        made = _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", DAYS,
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", key, "-out", certificate)
        if made.returncode != 0:
            raise RigError(f"openssl made no certificate:\n{made.stderr}")
    certificate.chmod(0o644)   # for Prometheus, which has an account of its own; the key stays as openssl made it, 0600
    return {"certificate": str(certificate), "key": str(key)}


def _openssl(*words):
    try:
        return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise RigError("--tls needs `openssl`, which is NOT INSTALLED (apt-get install openssl)") from None
