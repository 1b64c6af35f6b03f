"""Makes a certificate authority and the certificates of the test server with the openssl command."""
import subprocess
from pathlib import Path

CONFIG = """
[ca]
default_ca = tests
[tests]
dir = {dir}
database = {dir}/index.txt
serial = {dir}/serial
new_certs_dir = {dir}
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:true
keyUsage = keyCertSign
subjectKeyIdentifier = hash
"""
# name: (subject, names it is good for, first and last day)
CERTIFICATES = {
    "good": ("localhost", "DNS:localhost,DNS:*.test,IP:127.0.0.1", "20200101000000Z", "20991231000000Z"),
    "expired": ("localhost", "DNS:localhost,IP:127.0.0.1", "20200101000000Z", "20210101000000Z"),
    "wrong_host": ("elsewhere.test", "DNS:elsewhere.test", "20200101000000Z", "20991231000000Z"),
    "client": ("client", "DNS:client", "20200101000000Z", "20991231000000Z"),
}


def make(folder):
    """Writes ca.pem and NAME.pem, NAME.key for each of CERTIFICATES into folder."""
    folder = Path(folder)

    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], cwd=folder, check=True, capture_output=True)

    (folder / "openssl.cnf").write_text(CONFIG.format(dir=folder))
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("1000\n")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", 36500, "-subj", "/CN=test authority",
            "-config", "openssl.cnf", "-extensions", "authority")
    for name, (subject, names, first, last) in CERTIFICATES.items():
        openssl("req", *new_key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={subject}",
                "-addext", f"subjectAltName={names}", "-config", "openssl.cnf")
        openssl("ca", "-batch", "-notext", "-config", "openssl.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", first, "-enddate", last)
