# SPDX-License-Identifier: BSD-2-Clause
"""hosts - a second host beside the stack, on the same stores.

Its own masters of both pools, its own boxoffice-worker, and a web server with
TLS that gives requests to both hosts in turn.

Layer: tests.  Uses: api, apache, tap.
"""
import glob
import os
import shutil
import signal
import subprocess
import tempfile

import api
import tap
from apache import examples, free_port

POOLS = ("api", "pay")


def stack_file(*path):
    """A file of the stack, which may live elsewhere than its env file."""
    return os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]), *path)


class Programs:
    """with Programs() as host: ... boxoffice's programs of a host, beside those
    of the stack and on its stores

    settings  more of them, for its programs alone
    within    words before each command line, as of a network namespace
    """

    def __init__(self, settings="", within=()):
        self.settings, self.within = settings, list(within)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="boxoffice-host-")
        os.chmod(self.folder, 0o755)
        os.makedirs(f"{self.folder}/conf.d")
        os.mkdir(f"{self.folder}/snippets")
        self.processes = []
        self.write_settings()
        self.start_programs()
        self.start_nginx()
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait()
        shutil.rmtree(self.folder)

    # ---- the programs ----

    def write_settings(self):
        confd = api.ENV["CONFD"]
        shutil.copy(f"{confd}/../boxoffice.conf", self.folder)
        for path in glob.glob(f"{confd}/*.conf"):
            shutil.copy(path, f"{self.folder}/conf.d")
        with open(f"{self.folder}/conf.d/95-second.conf", "w") as file:
            file.write(f"[general]\nruntime_dir = {self.folder}\n[fcgi]\n" +
                       "".join(f"{pool}_socket = {self.folder}/{pool}.sock\n"
                               f"{pool}_workers = 4\n" for pool in POOLS) +
                       self.settings)

    def path_of(self, program):
        """The installed one."""
        prefix = os.path.dirname(os.path.dirname(api.ENV["CTL"].split()[0]))
        return f"{prefix}/sbin/{program}"

    def start(self, program, *options):
        log = open(f"{self.folder}/{program}.log", "a")
        process = subprocess.Popen(
            self.within + [self.path_of(program), *options,
                           "--config", f"{self.folder}/boxoffice.conf"],
            stdout=log, stderr=log)
        log.close()
        self.processes.append(process)
        return process

    def start_programs(self):
        self.masters = [self.start("boxoffice-fcgi", "--pool", pool)
                        for pool in POOLS]
        self.worker = self.start("boxoffice-worker")
        for pool in POOLS:
            path = f"{self.folder}/{pool}.sock"
            tap.wait_for(lambda: os.path.exists(path), path)
            # nginx's workers are www-data; the folder is of this test.
            os.chmod(path, 0o666)

    # ---- the web server ----

    def run_nginx(self, text):
        """With this for its main file, in the host's folder."""
        with open(f"{self.folder}/nginx.conf", "w") as file:
            file.write(text)
        self.processes.append(subprocess.Popen(
            self.within + ["/usr/sbin/nginx", "-c",
                           f"{self.folder}/nginx.conf", "-g", "daemon off;"]))
        tap.wait_for(lambda: os.path.exists(f"{self.folder}/nginx.pid"),
                     "nginx to listen")

    def nginx_main(self, http):
        """nginx's main file around what is in its http context."""
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in
            ("client_body", "fastcgi", "proxy", "uwsgi", "scgi"))
        return f"""
user www-data;
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log;
worker_rlimit_nofile 16384;
events {{ worker_connections 4096; }}
http {{
	{temporary}
	access_log off;
	{http}
}}
"""


class SecondHost(Programs):
    """with SecondHost() as second: ... second.url: its web server gives requests
    to both hosts in turn."""

    def copy_example(self, name):
        """The shipped file, with this host's sockets beside the stack's."""
        with open(f"{examples()}/nginx/{name}") as file:
            lines = file.read().splitlines(keepends=True)
        with open(f"{self.folder}/{name}", "w") as file:
            for line in lines:
                file.write(line)
                for pool in POOLS:
                    if f"/{pool}.sock" in line:
                        file.write(f"\tserver unix:{self.folder}/{pool}.sock"
                                   " max_fails=0;\n")

    def start_nginx(self):
        for name in ("boxoffice-http.conf", "snippets/boxoffice.conf",
                     "snippets/boxoffice-fastcgi.conf",
                     "snippets/boxoffice-tls.conf"):
            self.copy_example(name)
        self.port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.run_nginx(self.nginx_main(f"""
	include boxoffice-http.conf;
	geo $boxoffice_unlimited {{ default 1; }}
	server {{
		listen 127.0.0.1:{self.port} ssl http2;
		server_name localhost;
		ssl_certificate {stack_file("tls/server.pem")};
		ssl_certificate_key {stack_file("tls/server.key")};
		include snippets/boxoffice-tls.conf;
		include snippets/boxoffice.conf;
	}}"""))

    def has_served(self):
        """Whether both pools of this host answered requests."""
        for pool in POOLS:
            with open(f"{self.folder}/boxoffice-fcgi.log") as log:
                if not any('"fact":"request"' in line for line in log):
                    return False
        return True
