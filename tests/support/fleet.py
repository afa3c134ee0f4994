# SPDX-License-Identifier: BSD-2-Clause
"""fleet - application hosts behind a balancer, each in a network of its own.

The test's process is the balancer's host: it moves into a network namespace,
where 192.0.2.1 is its address on a bridge, and each host has a namespace with an
address of the shipped examples. The stores are the stack's, by unix sockets, which
no network bounds.

Layer: tests.  Uses: api, hosts, tap.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import api
import tap
from apache import examples
from hosts import POOLS, Programs, stack_file

BALANCER = "192.0.2.1"
ADDRESSES = {"a": "192.0.2.11", "b": "192.0.2.12"}
BRIDGE = "bo-bridge"


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def move_in():
    """This program, again, in a network of its own. To be called first."""
    if os.environ.get("FLEET") != "in":
        os.execvpe("unshare", ["unshare", "--net", sys.executable, *sys.argv],
                   {**os.environ, "FLEET": "in"})
    ip("link", "set", "lo", "up")
    ip("link", "add", BRIDGE, "type", "bridge")
    ip("address", "add", f"{BALANCER}/24", "dev", BRIDGE)
    ip("link", "set", BRIDGE, "up")


def example(name):
    with open(f"{examples()}/{name}") as file:
        return file.read()


class Host(Programs):
    """with Host("a") as host: a host with the shipped files of one that is behind
    a balancer."""

    def __init__(self, name, settings=""):
        self.name, self.address = name, ADDRESSES[name]
        self.space = f"bo-{os.getpid()}-{name}"
        super().__init__(settings, ["ip", "netns", "exec", self.space])

    def __enter__(self):
        self.is_dead = False
        self.plug_in()
        return super().__enter__()

    def __exit__(self, *args):
        if self.is_dead:
            shutil.rmtree(self.folder)
        else:
            super().__exit__(*args)
        ip("netns", "del", self.space)

    def plug_in(self):
        outer, inner = f"bo-{self.name}-out", f"bo-{self.name}-in"
        ip("netns", "add", self.space)
        ip("link", "add", outer, "type", "veth", "peer", "name", inner,
           "netns", self.space)
        ip("link", "set", outer, "master", BRIDGE, "up")
        ip("-n", self.space, "address", "add", f"{self.address}/24", "dev",
           inner)
        ip("-n", self.space, "link", "set", inner, "up")
        ip("-n", self.space, "link", "set", "lo", "up")

    # ---- its web server ----

    def copy_example(self, name):
        text = example(f"nginx/{name}")
        text = text.replace(stack_file("run/boxoffice-"),
                            f"{self.folder}/cache-")
        for pool in POOLS:
            text = text.replace(stack_file(f"run/boxoffice/{pool}.sock"),
                                f"{self.folder}/{pool}.sock")
        text = re.sub(r"192\.0\.2\.11\b", self.address, text)
        text = text.replace("/var/log/nginx", self.folder)
        with open(f"{self.folder}/{name}", "w") as file:
            file.write(text)

    def start_nginx(self):
        for name in ("boxoffice-http.conf", "boxoffice-behind.conf",
                     "snippets/boxoffice.conf",
                     "snippets/boxoffice-fastcgi.conf"):
            self.copy_example(name)
        self.run_nginx(self.nginx_main("""
	include boxoffice-http.conf;
	geo $boxoffice_unlimited { default 1; }
	include boxoffice-behind.conf;"""))

    def n_served(self):
        """How many requests of buyers its web server has answered, but for the
        last second's."""
        try:
            with open(f"{self.folder}/boxoffice.log") as log:
                return sum(1 for _ in log)
        except FileNotFoundError:
            return 0

    # ---- what happens to it ----

    def ctl(self, *words):
        return subprocess.run(
            [api.ENV["CTL"].split()[0], "--config", f"{self.folder}/boxoffice.conf", *words],
            check=True, capture_output=True, text=True).stdout

    def log_has(self, text):
        with open(f"{self.folder}/boxoffice-fcgi.log") as log:
            return log.read().count(text)

    def upgrade(self):
        """As boxoffice-upgrade does: both masters execute the new program, the
        daemon is another one."""
        ready = self.log_has('"fact":"ready"')
        for master in self.masters:
            master.send_signal(signal.SIGUSR2)
        tap.wait_for(lambda: self.log_has('"fact":"ready"')
                     == ready + len(self.masters), "the new programs")
        self.worker.send_signal(signal.SIGTERM)
        self.worker.wait()
        self.processes.remove(self.worker)
        self.worker = self.start("boxoffice-worker")

    def lose_power(self):
        """Nothing comes from it any more, no refusal either; all of it is gone."""
        ip("link", "set", f"bo-{self.name}-out", "down")
        self.is_dead = True
        pids = subprocess.run(["ip", "netns", "pids", self.space], check=True,
                              capture_output=True, text=True).stdout.split()
        for pid in pids:
            os.kill(int(pid), signal.SIGKILL)
        for process in self.processes:
            process.wait()


class Balancer:
    """with Haproxy() as balancer: ... balancer.url"""

    url = "https://localhost"

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="boxoffice-balancer-")
        os.chmod(self.folder, 0o755)
        self.start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def certificate(self):
        text = ""
        for name in ("server.pem", "server.key"):
            with open(stack_file(f"tls/{name}")) as file:
                text += file.read()
        return text


class Haproxy(Balancer):
    """HAProxy with the shipped file."""

    def start(self):
        with open(f"{self.folder}/boxoffice.pem", "w") as file:
            file.write(self.certificate())
        text = example("haproxy/boxoffice.cfg")
        text = text.replace("/etc/haproxy", self.folder)
        text = text.replace("/run/haproxy", self.folder)
        with open(f"{self.folder}/haproxy.cfg", "w") as file:
            file.write(text)
        self.process = subprocess.Popen(
            ["/usr/sbin/haproxy", "-f", f"{self.folder}/haproxy.cfg", "-db"],
            stderr=subprocess.DEVNULL)
        tap.wait_for(self.answers, "HAProxy")
        self.wait_state("a", "UP")
        self.wait_state("b", "UP")

    def answers(self):
        """Whether its socket takes questions, which is later than that it is
        there."""
        assert self.process.poll() is None, "HAProxy has left"
        try:
            return self.ask("show info")
        except OSError:
            return None

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(f"{self.folder}/admin.sock")
            asked.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: asked.recv(65536), b"")).decode()

    def state(self, host):
        lines = self.ask("show stat").lstrip("# ").splitlines()
        at = lines[0].split(",").index("status")
        return next(line.split(",")[at] for line in lines
                    if line.startswith(f"boxoffice,{host},"))

    def wait_state(self, host, word):
        tap.wait_for(lambda: self.state(host).startswith(word),
                     f"{host} to be {word} for HAProxy", 30)


class NginxBalancer(Balancer):
    """nginx with the shipped file; its port is another than HAProxy's."""

    url = "https://localhost:8443"

    def start(self):
        shutil.copy(stack_file("tls/server.pem"),
                    f"{self.folder}/fullchain.pem")
        shutil.copy(stack_file("tls/server.key"), f"{self.folder}/privkey.pem")
        self.write()
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-c", f"{self.folder}/nginx.conf", "-g",
             "daemon off;"])
        tap.wait_for(lambda: os.path.exists(f"{self.folder}/pid"), "nginx")

    def write(self, down=()):
        """Its file, with these hosts marked."""
        text = example("nginx/boxoffice-balancer.conf")
        text = text.replace("/etc/ssl/boxoffice", self.folder)
        text = text.replace(":443 ", ":8443 ").replace("listen 443 ",
                                                       "listen 8443 ")
        for host in down:
            text = text.replace(f"{ADDRESSES[host]}:8080",
                                f"{ADDRESSES[host]}:8080 down")
        with open(f"{self.folder}/nginx.conf", "w") as file:
            file.write(f"""
pid {self.folder}/pid;
error_log {self.folder}/error.log;
events {{ worker_connections 4096; }}
http {{
	proxy_temp_path {self.folder}/proxy;
	client_body_temp_path {self.folder}/body;
	access_log off;
	{text}
}}
""")

    def take_out(self, *hosts):
        self.write(hosts)
        self.process.send_signal(signal.SIGHUP)
