# SPDX-License-Identifier: BSD-2-Clause
"""apache - a private Apache in front of the running stack.

Includes one of the shipped snippets in a virtual host of its own, as a
sysadmin would; nothing of the machine's own Apache is read but its modules.

Layer: tests.  Uses: api, tap.
"""
import os
import shutil
import socket
import subprocess
import tempfile

import api
import tap

MODULES = "/usr/lib/apache2/modules"
NEEDED = ["mpm_event", "alias", "authz_core", "authz_host", "mime", "dir",
          "headers", "unique_id", "reqtimeout", "buffer", "env"]

# What Apache(*PROXY) and Apache(*FCGID) take.
PROXY = ("boxoffice-proxy-fcgi.conf", ["proxy", "proxy_fcgi"])
FCGID = ("boxoffice-fcgid.conf", ["fcgid"],
         "FcgidIPCDir {folder}/ipc\nFcgidProcessTableFile {folder}/shm")


def examples():
    """Where this stack's make install put what sysadmins copy."""
    prefix = os.path.dirname(os.path.dirname(api.ENV["CTL"].split()[0]))
    return f"{prefix}/share/doc/boxoffice/examples"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Apache:
    """with Apache("boxoffice-fcgid.conf", ["fcgid"]) as apache: ..."""

    def __init__(self, snippet, modules, more=""):
        self.snippet, self.modules, self.more = snippet, modules, more

    def config(self):
        load = "\n".join(f"LoadModule {m}_module {MODULES}/mod_{m}.so"
                         for m in NEEDED + self.modules)
        return f"""
ServerRoot {self.folder}
ServerName localhost
PidFile {self.folder}/pid
ErrorLog {self.folder}/error.log
Listen 127.0.0.1:{self.port}
User www-data
Group www-data
TypesConfig /etc/mime.types
{load}
{self.more.format(folder=self.folder)}
<VirtualHost *:{self.port}>
	Include {examples()}/apache/{self.snippet}
</VirtualHost>
"""

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="boxoffice-apache-")
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        path = f"{self.folder}/apache.conf"
        with open(path, "w") as file:
            file.write(self.config())
        self.process = subprocess.Popen(
            ["/usr/sbin/apache2", "-f", path, "-DFOREGROUND"])
        tap.wait_for(self.answers, "an answer of Apache")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)
