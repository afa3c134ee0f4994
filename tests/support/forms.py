# SPDX-License-Identifier: BSD-2-Clause
"""forms - a visitor of the pages that need no JavaScript: cookies, links, forms.

Layer: tests.  Uses: api, attack.
"""
import base64
import hashlib
import hmac
import html.parser
import json
import time
import urllib.parse
import uuid

import attack
from api import Client, command, expect

PASSWORD = "a long password"
VOID = ("br", "input", "link", "meta")


class Form:
    def __init__(self, action):
        self.action = action
        self.fields = []        # (name, value), hidden ones and chosen ones
        self.boxes = []         # (name, value, the text beside it)
        self.buttons = []


class Page(html.parser.HTMLParser):
    """What stands on a page; tags that are not closed are told."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer
        self.text, self.links, self.forms, self.tags = "", [], [], []
        self.unclosed, self.form, self.beside = [], None, None
        self.feed(answer.body.decode())
        assert not self.unclosed, self.unclosed

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in VOID:
            self.unclosed.append(tag)
        if tag == "a":
            self.links.append([given["href"], ""])
        if tag == "form":
            self.form = Form(given["action"])
            self.forms.append(self.form)
        if tag == "button" and self.form:
            self.form.buttons.append("")
        if tag == "input" and self.form:
            if given.get("type") == "checkbox":
                self.form.boxes.append([given["name"], given["value"], ""])
            else:
                self.form.fields.append(
                    (given["name"], given.get("value", "")))

    def handle_endtag(self, tag):
        assert self.unclosed.pop() == tag, (tag, self.unclosed)
        if tag == "form":
            self.form = None

    def handle_data(self, data):
        self.text += data
        if "a" in self.unclosed:
            self.links[-1][1] += data
        if "button" in self.unclosed and self.form:
            self.form.buttons[-1] += data
        elif "label" in self.unclosed and self.form and self.form.boxes:
            self.form.boxes[-1][2] += data

    def find(self, action):
        """The form that is sent there: the end of its address says it."""
        found = [f for f in self.forms if f.action.endswith(action)]
        assert found, (action, [f.action for f in self.forms], self.text)
        return found[0]

    def link(self, text):
        found = [href for href, said in self.links if text in said]
        assert found, (text, self.links)
        return found[0]


class Visitor(Client):
    """A browser as far as HTTP sees it. Redirects are followed by whoever asks
    for it."""

    def __init__(self, base_url=None):
        super().__init__(base_url)
        self.cookies = {}

    def ask(self, method, path, body=None, headers=None):
        sent = dict(headers or {})
        if self.cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(
                f"{k}={v}" for k, v in self.cookies.items())
        answer = super().ask(method, path, body, sent)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, rest = line.split("=", 1)
            value = rest.split(";")[0]
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer

    def page(self, path, status=200):
        return Page(expect(self.get(path), status))

    def send(self, form, fields=(), headers=None, without=()):
        """The answer to a form with these fields set; fields of a form keep what
        they are given with."""
        given = dict(fields)
        pairs = [(k, given.pop(k, v)) for k, v in form.fields
                 if k not in without] if isinstance(fields, dict) else (
            [(k, v) for k, v in form.fields if k not in without])
        more = given.items() if isinstance(fields, dict) else fields
        body = urllib.parse.urlencode(pairs + list(more)).encode()
        return self.ask("POST", form.action, body, {
            "Content-Type": "application/x-www-form-urlencoded",
            **(headers or {})})

    def follow(self, answer):
        """The page that a form leads to."""
        expect(answer, 303)
        return self.page(answer.headers["Location"])

    def sign_up(self, credit=0):
        self.name = "m" + uuid.uuid4().hex[:12]
        page = self.page("/m/signup")
        self.follow(self.send(page.find("/m/signup"), {
            "login_id": self.name, "password": PASSWORD, "name": "Kim",
            "email": "kim@example.org"}))
        if credit:
            command("CTL", "wallet", "credit", self.name, str(credit))
        return self

    def log_in(self, name, password=PASSWORD):
        page = self.page("/m/login")
        return self.send(page.find("/m/login"),
                         {"login_id": name, "password": password})


def refused(answer, status=403):
    """It is a page that says no, and it has done nothing."""
    expect(answer, status)
    assert answer.headers["Content-Type"].startswith("text/html"), answer
    return Page(answer)


def csrf_of(visitor, path, hours_ago):
    """What the program writes into a form, by the key that it has."""
    conf = attack.setting("sale", "hold_key").encode()
    mac = hmac.new(b"\0" * 32, conf, hashlib.sha256).digest()
    key = hmac.new(mac, b"boxoffice m csrf 1\x01", hashlib.sha256).digest()
    claims = visitor.cookies["__Host-bo_m"].split(".")[1]
    jti = json.loads(base64.urlsafe_b64decode(
        claims + "=" * (-len(claims) % 4)))["jti"]
    hour = str(int(time.time()) // 3600 - hours_ago)
    said = "".join(f"{len(part)}:{part}" for part in (jti, path, hour))
    return base64.urlsafe_b64encode(hmac.new(
        key, said.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
