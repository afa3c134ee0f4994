#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who one is on the pages that need no JavaScript, and what others try to make of
it."""
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402
from forms import PASSWORD, Page, Visitor, csrf_of, refused  # noqa: E402
from settings import DropIn  # noqa: E402

WHERE = api.open_performance()
SHOW = int(api.sql(f"SELECT show_id FROM performances WHERE id = {WHERE}"))


def what_is_on_is_told_in_both_languages():
    visitor = Visitor()
    page = visitor.page("/m")
    assert "What is on" in page.text
    title = api.sql(f"SELECT title_en FROM shows WHERE id = {SHOW}")
    show = visitor.page(page.link(title))
    assert any(f"/m/performances/{WHERE}" == href for href, _ in show.links)
    korean = visitor.page(expect(visitor.get(
        page.link("한국어로 보기")), 303).headers["Location"])
    assert "상영·공연" in korean.text
    assert ("html", {"lang": "ko"}) in korean.tags
    # The browser remembers it.
    assert "상영·공연" in visitor.page("/m").text
    assert "What is on" in Visitor().page("/m").text


def every_answer_says_what_a_browser_may_do_with_it():
    answer = Visitor().get("/m")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    policies = answer.headers.get_all("Content-Security-Policy")
    assert policies == ["default-src 'none'; style-src 'self'; form-action"
                        " 'self'; base-uri 'none'; frame-ancestors 'none'"]
    style = expect(Visitor().get("/m/style.css"), 200)
    assert style.headers["Content-Type"].startswith("text/css")
    assert "script" not in [tag for tag, _ in Page(answer).tags]
    expect(Visitor().get("/m/"), 308)


def what_is_not_there_is_told_by_a_page():
    for path in "/m/nowhere", f"/m/shows/{2**53 - 1}", "/m/shows/x":
        page = refused(Visitor().get(path), 404)
        assert "There is no such thing" in page.text, page.text
    assert refused(Visitor().ask("DELETE", "/m"), 405)


def a_redirect_says_nothing_but_what_is_ours():
    page = Visitor().page("/m?why=" + "%3Cscript%3E&why=seat-taken")
    assert "Somebody else" not in page.text
    assert "Somebody else" in Visitor().page("/m?why=seat-taken").text
    assert "nonsense" not in Visitor().page("/m?why=nonsense").text


def who_signs_up_is_logged_in_and_can_log_out():
    visitor = Visitor().sign_up()
    assert "Log out" in visitor.page("/m").text
    assert set(visitor.cookies) == {"__Host-bo_m"}, visitor.cookies
    gone = visitor.follow(visitor.send(visitor.page("/m").find("/m/logout")))
    assert "You are logged out" in gone.text and not visitor.cookies
    back = visitor.follow(visitor.log_in(visitor.name))
    assert "Log out" in back.text


def the_cookie_is_for_browsers_alone():
    visitor = Visitor()
    answer = visitor.get("/m/login")
    pre, = answer.headers.get_all("Set-Cookie")
    made = visitor.send(Page(answer).find("/m/login"), {
        "login_id": "nobody", "password": "nothing!"})
    expect(made, 303)
    visitor.sign_up()
    answer = visitor.log_in(visitor.name)
    lines = [pre] + answer.headers.get_all("Set-Cookie")
    for line in lines:
        for word in ("__Host-", "; Path=/;", "; Secure", "; HttpOnly",
                     "; SameSite=Lax"):
            assert word in line, line


def a_wrong_password_is_told_and_keeps_where_one_wanted_to_go():
    visitor = Visitor().sign_up()
    page = Visitor().page("/m/login")
    other = Visitor()
    form = other.page(f"/m/login?next=/m/shows/{SHOW}").find("/m/login")
    wrong = other.send(form, {"login_id": visitor.name, "password": "wrong!!!"})
    page = other.follow(wrong)
    assert "is wrong" in page.text
    right = other.send(page.find("/m/login"), {
        "login_id": visitor.name, "password": PASSWORD})
    assert expect(right, 303).headers["Location"] == f"/m/shows/{SHOW}"


def passwords_are_guessed_no_faster_than_by_the_api():
    visitor = Visitor().sign_up()
    other = Visitor()
    form = other.page("/m/login").find("/m/login")
    wrong = {"login_id": visitor.name, "password": "wrong!!!"}
    for _ in range(10):
        expect(other.send(form, wrong), 303)
    late = other.send(form, wrong)
    assert "too often" in refused(late, 429).text
    assert int(late.headers["Retry-After"]) >= 1
    expect_problem(Client().post("/api/v1/auth/login", wrong), 429,
                   "rate-limited")


def a_new_account_is_told_what_is_wrong_with_it():
    visitor = Visitor().sign_up()
    good = {"login_id": "m" + uuid.uuid4().hex[:12], "password": PASSWORD,
            "name": "Kim", "email": "kim@example.org"}
    for name, value, says in (
            ("login_id", visitor.name, "already"), ("login_id", "x", "3 to 64"),
            ("password", "short", "8 to 256"), ("name", " ", "1 to 100"),
            ("email", "nothing", "no e-mail"), ("password", "x" * 3000,
                                                "8 to 256")):
        other = Visitor()
        page = other.follow(other.send(
            other.page("/m/signup").find("/m/signup"), {**good, name: value}))
        assert says in page.text, (name, page.text)
        assert not api.sql("SELECT id FROM users WHERE login_id ="
                           f" '{good['login_id']}'")


def one_goes_on_to_no_place_that_is_not_ours():
    visitor = Visitor().sign_up()
    for place in ("https://elsewhere.example/", "//elsewhere.example",
                  "/m//elsewhere.example", "/m/../api/v1/me", "/m\r\nX: y",
                  "/performances/1", "/m/a?b", "/m/" + "a" * 200):
        other = Visitor()
        form = other.page("/m/login").find("/m/login")
        answer = other.send(form, {"login_id": visitor.name,
                                   "password": PASSWORD, "next": place})
        assert expect(answer, 303).headers["Location"] == "/m", place


def a_form_that_is_not_ours_does_nothing():
    visitor = Visitor().sign_up()
    form = visitor.page("/m").find("/m/logout")
    other = Visitor().sign_up().page("/m").find("/m/logout")
    foreign = dict(other.fields)["csrf"]
    of_login = dict(Visitor().page("/m/login").find("/m/login").fields)["csrf"]
    origin = api.ENV["BASE_URL"]
    for what in (
            {"without": ("csrf",)}, {"fields": {"csrf": ""}},
            {"fields": {"csrf": foreign}}, {"fields": {"csrf": of_login}},
            {"fields": [("csrf", dict(form.fields)["csrf"])]},
            {"headers": {"Origin": "https://elsewhere.example"}},
            {"headers": {"Origin": "null"}},
            {"headers": {"Origin": origin + ".elsewhere.example"}}):
        refused(visitor.send(form, **what))
    refused(visitor.send(form, headers={"Content-Type": "text/plain"}), 415)
    refused(visitor.ask("POST", form.action, b"csrf=%", {
        "Content-Type": "application/x-www-form-urlencoded"}), 400)
    assert "Log out" in visitor.page("/m").text
    # And with the right Origin it does.
    expect(visitor.send(form, headers={"Origin": origin}), 303)
    assert "Log in" in visitor.page("/m").text


def a_form_is_good_at_its_own_address_and_for_its_own_session():
    visitor = Visitor().sign_up()
    csrf = dict(visitor.page("/m").find("/m/logout").fields)["csrf"]
    login = visitor.page("/m/login").find("/m/login")
    refused(visitor.send(login, {"csrf": csrf, "login_id": visitor.name,
                                 "password": PASSWORD}))
    # A new login of the same buyer is another session.
    again = Visitor()
    again.follow(again.log_in(visitor.name))
    refused(again.send(again.page("/m").find("/m/logout"), {"csrf": csrf}))


def a_login_takes_over_no_session_that_was_put_there():
    thief = Visitor().sign_up()
    planted = dict(thief.cookies)
    victim = Visitor().sign_up()
    # The thief's cookies are in the victim's browser when he logs in.
    browser = Visitor()
    browser.get("/m/login")
    pre = browser.cookies["__Host-bo_pre"]
    form = browser.page("/m/login").find("/m/login")
    expect(browser.send(form, {"login_id": victim.name,
                               "password": PASSWORD}), 303)
    assert "__Host-bo_pre" not in browser.cookies
    assert browser.cookies["__Host-bo_m"] not in planted.values()
    # What was good before the login is not any more, with its cookie or without.
    csrf = dict(form.fields)["csrf"]
    refused(browser.send(browser.page("/m/login").find("/m/login"),
                         {"csrf": csrf, "login_id": "x", "password": "y"}))
    browser.cookies["__Host-bo_pre"] = pre
    refused(browser.send(browser.page("/m/login").find("/m/login"),
                         {"csrf": csrf, "login_id": "x", "password": "y"}))
    # Logged in over a planted session one is oneself.
    other = Visitor()
    other.cookies = dict(planted)
    other.follow(other.log_in(victim.name))
    assert other.cookies["__Host-bo_m"] != planted["__Host-bo_m"]


def the_api_knows_nothing_of_the_cookie():
    visitor = Visitor().sign_up()
    token = visitor.cookies["__Host-bo_m"]
    expect_problem(visitor.get("/api/v1/me"), 401, "unauthenticated")
    expect_problem(Client(token=token).get("/api/v1/me"), 401,
                   "invalid-token")
    # Nor do the pages know of an access token.
    buyer, = api.buyers(1)
    assert "Log in" in Page(buyer.get("/m")).text
    thief = Visitor()
    thief.cookies["__Host-bo_m"] = buyer.token
    assert "Log in" in thief.page("/m").text


def a_session_that_ended_sends_no_form():
    visitor = Visitor().sign_up()
    kept = dict(visitor.cookies)
    page = visitor.page("/m")
    expect(visitor.send(page.find("/m/logout")), 303)
    visitor.cookies = kept
    answer = visitor.send(page.find("/m/logout"))
    assert expect(answer, 303).headers["Location"].startswith("/m/login")


def who_is_disabled_is_nobody():
    visitor = Visitor().sign_up()
    api.command("CTL", "user", "disable", visitor.name, "--reason", "test")
    tap.wait_for(lambda: "Log in" in visitor.page("/m").text,
                 "the user to be logged out")


def a_form_is_good_for_three_hours():
    visitor = Visitor().sign_up()
    form = visitor.page("/m").find("/m/logout")
    # One hour more is left, should it end just now.
    for hours in 4, 5, 1000, -2:
        refused(visitor.send(form, {
            "csrf": csrf_of(visitor, "/m/logout", hours)}))
    refused(visitor.send(form, {"csrf": csrf_of(visitor, "/m/login", 0)}))
    expect(visitor.send(form, {"csrf": csrf_of(visitor, "/m/logout", 1)}), 303)


def a_form_that_is_sent_too_often_says_so_on_a_page():
    """By our own limit: the stack's are off."""
    visitor = Visitor()
    form = visitor.page("/m/login").find("/login")
    wrong = {"login_id": uuid.uuid4().hex, "password": PASSWORD}
    with DropIn("[limits]\nlogin = 3/60\n"):
        answers = [visitor.send(form, wrong) for _ in range(5)]
    said = [answer.status for answer in answers]
    assert said[:3] == [said[0]] * 3 and said[0] != 429, said
    assert said[3:] == [429, 429], said
    page = refused(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) >= 1, answers[-1]
    assert "often" in page.text, page.text
    assert visitor.send(form, wrong).status == said[0]


if __name__ == "__main__":
    tap.main([
        what_is_on_is_told_in_both_languages,
        every_answer_says_what_a_browser_may_do_with_it,
        what_is_not_there_is_told_by_a_page,
        a_redirect_says_nothing_but_what_is_ours,
        who_signs_up_is_logged_in_and_can_log_out,
        the_cookie_is_for_browsers_alone,
        a_wrong_password_is_told_and_keeps_where_one_wanted_to_go,
        passwords_are_guessed_no_faster_than_by_the_api,
        a_new_account_is_told_what_is_wrong_with_it,
        one_goes_on_to_no_place_that_is_not_ours,
        a_form_that_is_not_ours_does_nothing,
        a_form_is_good_at_its_own_address_and_for_its_own_session,
        a_login_takes_over_no_session_that_was_put_there,
        the_api_knows_nothing_of_the_cookie,
        a_session_that_ended_sends_no_form,
        who_is_disabled_is_nobody,
        a_form_is_good_for_three_hours,
        a_form_that_is_sent_too_often_says_so_on_a_page,
    ])
