# SPDX-License-Identifier: BSD-2-Clause
"""nginx - a private nginx with the shipped snippets, as a sysadmin has them.

Other than quickstart's it exempts nobody from the limits by address, and
what it forwards to can be put in its place.

Layer: tests.  Uses: api, apache, tap.
"""
import os
import shutil
import subprocess
import tempfile

import api
import tap
from apache import examples, free_port

CACHES = os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]), "run/boxoffice-")


class Nginx:
    """with Nginx() as nginx: ... nginx.url

    addresses  more lines of the http context, for boxoffice-addresses.conf
    changes    texts to replace in the shipped files: {old: new}
    listen     more words of the listen line
    places     for connections, of clients and of what it forwards to
    workers    processes; each has so many places
    """

    def __init__(self, addresses="", changes=None, listen="", places=512,
                 workers=1):
        self.addresses, self.changes = addresses, changes or {}
        self.listen, self.places = listen, places
        self.workers = workers

    def copy(self, name):
        with open(f"{examples()}/nginx/{name}") as file:
            text = file.read()
        # Caches of its own.
        text = text.replace(CACHES, f"{self.folder}/boxoffice-")
        for old, new in self.changes.items():
            text = text.replace(old, new)
        with open(f"{self.folder}/{name}", "w") as file:
            file.write(text)

    def config(self):
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in
            ("client_body", "fastcgi", "proxy", "uwsgi", "scgi"))
        return f"""
user www-data;
worker_processes {self.workers};
pid {self.folder}/pid;
error_log {self.folder}/error.log warn;
worker_rlimit_nofile {self.places + 100};
events {{ worker_connections {self.places}; }}
http {{
	{temporary}
	server_tokens off;
	include boxoffice-http.conf;
	access_log {self.folder}/access.log boxoffice;
	include boxoffice-addresses.conf;
	{self.addresses}
	server {{
		listen 127.0.0.1:{self.port} {self.listen};
		include snippets/boxoffice.conf;
	}}
}}
"""

    def errors(self):
        """What it has complained of so far, as the stack's would."""
        with open(f"{self.folder}/error.log") as log:
            return log.read()

    def accesses(self):
        """The lines of the access log so far, as bytes."""
        with open(f"{self.folder}/access.log", "rb") as log:
            return log.read().splitlines()

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="boxoffice-nginx-")
        os.chmod(self.folder, 0o755)
        os.mkdir(f"{self.folder}/snippets")
        for name in ("boxoffice-http.conf", "boxoffice-addresses.conf",
                     "snippets/boxoffice.conf",
                     "snippets/boxoffice-fastcgi.conf"):
            self.copy(name)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        path = f"{self.folder}/nginx.conf"
        with open(path, "w") as file:
            file.write(self.config())
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-c", path, "-g", "daemon off;"])
        tap.wait_for(lambda: os.path.exists(f"{self.folder}/pid"),
                     "nginx to listen")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)
