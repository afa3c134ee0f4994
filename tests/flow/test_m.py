#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is bought on the pages that need no JavaScript, how it is paid for and
given back."""
import json
import os
import signal
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import attack  # noqa: E402
import lynx  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from api import Client, expect  # noqa: E402
from forms import PASSWORD, Form, Visitor, csrf_of, refused  # noqa: E402
from lynx import DOWN, ENTER  # noqa: E402
from settings import DropIn  # noqa: E402

WHERE = stage.make_performance(100)
SEATS = stage.make_performance(50)
OPEN = stage.make_open(20, 20)
NASTY = "<script>alert(1)</script> & \"Co\" ' {}"


def names_are_only_text():
    name = {"ko": NASTY, "en": NASTY}
    rows = [{"from": "A", "to": "B", "numbers": [1, 9], "price_class": "all"}]
    where = stage.load_performance(
        [{"rows": rows}, {"kind": "slot", "capacity": 9, "price_class": "all"},
         {"kind": "counter", "capacity": 9, "price_class": "all"}], 8, NASTY,
        ticket_types=[{"code": "adult", "name": name},
                      {"code": "other", "name": name, "needs_proof": True}],
        prices={"all": {"adult": 2000, "other": 1000}})
    show = api.sql(f"SELECT show_id FROM performances WHERE id = {where}")
    visitor = Visitor().sign_up(credit=1_000_000)

    def shown(page, times):
        assert not [tag for tag, _ in page.tags if tag == "script"]
        assert page.text.count(NASTY) >= times, page.text
        return page
    tap.wait_for(lambda: visitor.get(f"/m/shows/{show}").status == 200,
                 "the show to be there")
    path = f"/m/performances/{where}"
    tap.wait_for(lambda: visitor.get(path).status == 200, "the performance")
    shown(visitor.page(f"/m?after={int(show) - 1}"), 1)
    shown(visitor.page(f"/m/shows/{show}"), 5)
    shown(visitor.page(path), 8)
    for section, fields in (1, {"best": 2}), (2, {"quantity": 2}), (
            3, {"quantity": 2}):
        page = shown(visitor.page(f"{path}?section={section}"), 6)
        held = shown(visitor.follow(
            visitor.send(page.find("/holds"), fields)), 8)
        mine = shown(visitor.follow(visitor.send(held.find("/pay"))), 6)
        shown(visitor.page(mine.find("/cancel").action), 2)
        shown(visitor.page(mine.link("Tickets")), 4)
    shown(visitor.page("/m/reservations"), 9)


# ---- buying ----

def choose(visitor, performance=None, n=2):
    """The answer to a choice of check boxes: seats that nobody else gets."""
    performance = performance or WHERE
    form = boxes(visitor, performance)
    seats = api.free_seats(performance, n)
    return visitor.send(form, [("seat", seat) for seat in seats]), seats


def boxes(visitor, performance):
    """The form with the check boxes."""
    page = visitor.page(f"/m/performances/{performance}")
    return [form for form in page.forms if form.boxes][0]


def again(form):
    """The same form, asked for anew: its `once` is another."""
    other = Form(form.action)
    other.fields = [(name, uuid.uuid4().hex if name == "once" else value)
                    for name, value in form.fields]
    return other


def balance(visitor):
    return int(api.sql("SELECT balance FROM wallets w JOIN users u ON u.id ="
                       f" w.user_id WHERE login_id = '{visitor.name}'"))


def basket(visitor, **how):
    return visitor.follow(choose(visitor, **how)[0])


def buy(visitor, **how):
    """The page of what was bought."""
    return visitor.follow(visitor.send(basket(visitor, **how).find("/pay")))


def number_of(page):
    return page.find("/cancel").action.split("/")[-2]


def bought_by(visitor):
    return int(api.sql("SELECT count(*) FROM reservations r JOIN users u ON"
                       f" u.id = r.user_id WHERE login_id = '{visitor.name}'"))


def two_seats_together_are_bought_one_is_given_back_the_other_is_printed():
    visitor = Visitor().sign_up(credit=1_000_000)
    page = visitor.page(f"/m/performances/{WHERE}")
    held = visitor.follow(visitor.send(page.find("/holds"), {
        "best": 2, "class": 0}))
    assert "Kept for you" in held.text
    assert held.answer.headers["Refresh"].startswith("30; url=/m/holds/")
    mine = visitor.follow(visitor.send(held.find("/pay")))
    assert "Paid: the seats are yours" in mine.text
    number = number_of(mine)
    seats = api.sql("SELECT seats[1], seats[2] FROM reservations WHERE number ="
                    f" '{number}'").split("|")
    assert int(seats[1]) == int(seats[0]) + 1, seats
    # What comes back is said before it is done.
    form = mine.find("/cancel")
    asked = visitor.page(f"{form.action}?seat={form.boxes[0][1]}")
    assert "Comes back: 1,000 KRW" in asked.text, asked.text
    left = visitor.follow(visitor.send(asked.find("/cancel")))
    assert "They were given back" in left.text
    assert "Partly cancelled" in left.text and "Refund" in left.text
    tickets = visitor.page(left.link("Tickets"))
    assert [tag for tag, _ in tickets.tags].count("svg") == 1
    assert number in tickets.text
    assert number in visitor.page("/m/reservations").text
    # And the rest.
    asked = visitor.page(left.find("/cancel").action)
    gone = visitor.follow(visitor.send(asked.find("/cancel")))
    assert "Cancelled" in gone.text and not [
        f for f in gone.forms if f.action.endswith("/cancel")]


def lynx_buys_two_seats_gives_one_back_and_prints_the_other():
    visitor = Visitor().sign_up(credit=1_000_000)
    keys = lynx.Script().find("Sign up").key(DOWN).type(visitor.name)
    keys.key(DOWN).type(PASSWORD).key(DOWN, ENTER)
    keys.press("Find seats").press("Pay from")
    # The first box of those behind the link is ticked.
    keys.find("Tickets to").key(DOWN, ENTER).press("See what")
    keys.find("Log out").key(DOWN, ENTER)
    keys.press("Tickets to").key("p").press("Save to").key(ENTER)
    said, files = lynx.run(keys, f"/m/login?next=/m/performances/{WHERE}")
    number, seats, gone = api.sql(
        "SELECT number, array_to_string(seats, ','),"
        " array_to_string(cancelled, ',') FROM reservations r JOIN users u ON"
        f" u.id = r.user_id WHERE login_id = '{visitor.name}'").split("|")
    first, second = seats.split(",")
    assert int(second) == int(first) + 1 and gone == first, (seats, gone)
    assert "back: 1,000 KRW" in said, said
    assert len(files) == 1, files
    # Of the two only the one that is left is on the paper.
    labels = [seat["label"] for seat in
              expect(Client().login(visitor.name, PASSWORD).get(
                  f"/api/v1/reservations/{number}"), 200).json()["seats"]]
    assert number in files[0] and labels[1] in files[0], files[0]
    assert labels[0] not in files[0].split(), files[0]


def seats_that_were_ticked_are_bought():
    visitor = Visitor().sign_up(credit=1_000_000)
    answer, seats = choose(visitor, n=3)
    held = visitor.follow(answer)
    assert "3,000 KRW" in held.text
    mine = visitor.follow(visitor.send(held.find("/pay")))
    stored = api.sql("SELECT array_to_string(seats, ',') FROM reservations"
                     f" WHERE number = '{number_of(mine)}'")
    assert stored == ",".join(map(str, seats)), stored


def places_of_areas_are_bought_and_given_back():
    visitor = Visitor().sign_up(credit=1_000_000)
    for section in 1, 2:
        page = visitor.page(f"/m/performances/{OPEN}?section={section}")
        held = visitor.follow(visitor.send(page.find("/holds"),
                                           {"quantity": 2}))
        mine = visitor.follow(visitor.send(held.find("/pay")))
        form = mine.find("/cancel")
        asked = visitor.page(f"{form.action}?seat={form.boxes[0][1]}")
        assert "Comes back: 1,000 KRW" in asked.text
        left = visitor.follow(visitor.send(asked.find("/cancel")))
        assert "Partly cancelled" in left.text, left.text
        assert len(left.find("/cancel").boxes) == 1


def a_basket_can_last_longer_and_be_given_up():
    visitor = Visitor().sign_up()
    held = basket(visitor)
    more = visitor.follow(visitor.send(held.find("/extend")))
    assert "You have more time" in more.text
    off = visitor.page(more.link("Turn refreshing off"))
    assert "Refresh" not in off.answer.headers
    assert "Refresh" in visitor.page(
        off.link("Turn refreshing on")).answer.headers
    page = visitor.page(f"/m/performances/{WHERE}")
    assert "/m/holds/" in page.link("You hold seats here")
    gone = visitor.follow(visitor.send(held.find("/drop")))
    assert "The seats are free again" in gone.text
    refused(visitor.get(held.find("/drop").action[:-len("/drop")]), 410)
    for what in "extend", "pay":
        late = visitor.follow(visitor.send(held.find("/" + what)))
        assert "time is over" in late.text, late.text


def what_cannot_be_had_is_told_where_it_was_chosen():
    visitor = Visitor().sign_up()
    other, = api.buyers(1)
    form = boxes(visitor, SEATS)
    seat, = api.free_seats(SEATS, 1)
    expect(other.hold(SEATS, [seat]), 201)
    best = visitor.page(f"/m/performances/{SEATS}").find("/holds")

    def says(what, sent, fields):
        page = visitor.follow(visitor.send(again(sent), fields))
        assert what in page.text, (what, page.text)
    says("Somebody else was faster", form, [("seat", seat)])
    says("more than one buyer may have", form,
         [("seat", s) for s in api.free_seats(SEATS, 9)])
    for fields in ([], [("seat", "x")], [("seat", 0)], [("seat", 51)],
                   [("seat", 7), ("seat", 7)], [("best", "")],
                   [("quantity", 2)], [("best", 21)], [("seat", 2**31)],
                   [("seat", s) for s in range(1, 30)]):
        says("does not fit", form, fields)
    says("does not fit", best, {"best": 2, "class": 77})
    held = basket(visitor)
    says("not enough in your wallet", held.find("/pay"), {})
    says("cannot be paid in this way", held.find("/pay"), {"method": "gold"})
    assert bought_by(visitor) == 0


def one_form_buys_once_however_often_it_is_sent():
    visitor = Visitor().sign_up(credit=1_000_000)
    form = boxes(visitor, WHERE)
    seats = [("seat", seat) for seat in api.free_seats(WHERE, 2)]
    places = {expect(visitor.send(form, seats), 303).headers["Location"]
              for _ in range(3)}
    assert len(places) == 1, places
    pay = visitor.page(places.pop()).find("/pay")
    before, answers = balance(visitor), []

    def press():
        finger = Visitor()
        finger.cookies = dict(visitor.cookies)
        answers.append(finger.send(pay))
    presses = [threading.Thread(target=press) for _ in range(6)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    for answer in answers:
        assert expect(answer, 303).headers["Location"].startswith(
            ("/m/reservations/", "/m/holds/")), answer.headers
    assert bought_by(visitor) == 1
    assert before - balance(visitor) == 2_000
    # Back, and once more: it is the same purchase.
    mine = visitor.follow(visitor.send(pay))
    assert "Paid: the seats are yours" in mine.text
    # Nor is it given back twice.
    form = mine.find("/cancel")
    asked = visitor.page(f"{form.action}?seat={form.boxes[0][1]}")
    for _ in range(2):
        left = visitor.follow(visitor.send(asked.find("/cancel")))
        assert "Partly cancelled" in left.text
    assert len(left.find("/cancel").boxes) == 1
    assert before - balance(visitor) == 1_000


def a_key_that_is_none_of_ours_is_refused():
    visitor = Visitor().sign_up(credit=1_000_000)
    form = basket(visitor).find("/pay")
    for once in "", "x" * 32, "a" * 31, "A" * 32, "a" * 33:
        refused(visitor.send(form, {"once": once}), 400)
    refused(visitor.send(form, without=("once",)), 400)
    # Two baskets are not paid by one key.
    expect(visitor.send(form), 303)
    other = basket(visitor).find("/pay")
    page = visitor.follow(visitor.send(other, {
        "once": dict(form.fields)["once"]}))
    assert "does not fit" in page.text and bought_by(visitor) == 1


def nobody_sees_or_pays_what_is_another_ones():
    visitor = Visitor().sign_up(credit=1_000_000)
    thief = Visitor().sign_up(credit=1_000_000)
    held = basket(visitor)
    pay = held.find("/pay")
    mine = buy(visitor)
    for path in (pay.action[:-len("/pay")], mine.find("/cancel").action,
                 f"/m/reservations/{number_of(mine)}",
                 f"/m/reservations/{number_of(mine)}/tickets"):
        refused(thief.get(path), 404)
        answer = Visitor().get(path)
        assert expect(answer, 303).headers["Location"].startswith(
            f"/m/login?next={path}")
    refused(thief.send(pay))
    assert bought_by(thief) == 0


def ticket_types_are_changed_in_the_basket():
    where = int(api.sql(
        "SELECT t.performance_id FROM ticket_types t JOIN performances p"
        " ON p.id = t.performance_id WHERE p.status = 'open' AND t.code ="
        " 'senior' AND p.queue_mode = 'off' AND now() BETWEEN p.sales_open_at"
        " AND p.sales_close_at ORDER BY p.starts_at DESC LIMIT 1"))
    visitor = Visitor().sign_up(credit=10_000_000)
    page = visitor.page(f"/m/performances/{where}")
    held = visitor.follow(visitor.send(page.find("/holds"), {"best": 2}))
    form = held.find("/tickets")
    names = [name for name, _ in form.fields if name.startswith("type.")]
    assert "type.senior" in names, names
    zero = {name: 0 for name in names}
    some = visitor.follow(visitor.send(form, {
        **zero, names[0]: 1, "type.senior": 1}))
    assert "The tickets were changed" in some.text, some.text
    assert "bring proof" in some.text or "Senior" in some.text
    for wrong in ({**zero, names[0]: 1}, zero, {**zero, names[0]: 9}):
        told = visitor.follow(visitor.send(form, wrong))
        assert "as many tickets as there are places" in told.text


def the_line_lets_one_in_when_it_is_ones_turn():
    where = stage.make_performance(50)
    api.command("CTL", "queue", "set", str(where), "--mode", "fifo",
                "--active", "1", "--reason", "test")
    first, second = (Visitor().sign_up(credit=1_000_000) for _ in range(2))
    path = f"/m/performances/{where}"

    def line(visitor):
        page = visitor.page(path)
        return visitor.page(page.link("To the line")).find("/line")
    tap.wait_for(lambda: "There is a line" in first.page(path).text,
                 "the line to be there")
    turn = first.follow(first.send(line(first)))
    if "It is your turn" not in turn.text:
        place = refresh_of(turn)
        tap.wait_for(lambda: first.get(place).status == 303, "the first turn")
        turn = first.follow(first.get(place))
    answer = second.send(line(second))
    waiting = second.page(expect(answer, 303).headers["Location"])
    assert "In front of you" in waiting.text, waiting.text
    refresh = refresh_of(waiting)
    assert "ticket=" in refresh
    off = second.page(waiting.link("Turn refreshing off"))
    assert "Refresh" not in off.answer.headers
    assert "In front of you" in off.text
    # Without a pass nobody holds: he is sent to the line.
    form = [f for f in turn.forms if f.boxes][0]
    told = second.follow(second.send(again(form), {
        "csrf": csrf_of(second, form.action, 0), "seat": 50}))
    assert "It is not your turn" in told.text
    # The first buys and lets the second in.
    held = first.follow(first.send(form, [("seat", 1)]))
    expect(first.send(held.find("/pay")), 303)
    tap.wait_for(lambda: second.get(refresh).status == 303,
                 "the second one's turn")
    page = second.follow(second.get(refresh))
    assert "It is your turn" in page.text
    # A place can be given up.
    third = Visitor().sign_up()
    stands = third.page(expect(third.send(line(third)), 303)
                        .headers["Location"])
    gone = third.follow(third.send(stands.find("/leave")))
    assert "You have left the line" in gone.text


def refresh_of(page):
    return page.answer.headers["Refresh"].split("; url=")[1]


def a_payment_that_takes_a_while_is_looked_at_again():
    visitor = Visitor().sign_up()
    with DropIn("[pay]\nmock = on\n"):
        held = basket(visitor)
        form = [f for f in held.forms if ("method", "mock") in f.fields][0]
        answer = expect(visitor.send(form), 303)
        place = answer.headers["Location"]
        assert place.startswith("/m/payments/"), place
        # Sent twice it is the same payment.
        same = expect(visitor.send(form), 303).headers["Location"]
        assert same == place or "/m/reservations/" in same, same

        def done():
            answer = visitor.get(place)
            if answer.status == 303:
                return answer
            assert answer.headers["Refresh"].startswith("3; url=" + place)
            return None
        mine = visitor.follow(tap.wait_for(done, "the payment's end"))
        assert "Paid: the seats are yours" in mine.text
    assert bought_by(visitor) == 1


def where_the_buyer_has_to_pay_is_a_link():
    visitor = Visitor().sign_up()
    worker = api.pid_of("worker-pay")
    with DropIn("[pay]\nmock = on\n"):
        held = basket(visitor)
        form = [f for f in held.forms if ("method", "mock") in f.fields][0]
        # Nobody works on it, so that it stays where a provider has put it.
        os.kill(worker, signal.SIGSTOP)
        try:
            place = expect(visitor.send(form), 303).headers["Location"]
            page = visitor.page(place)
            assert "waiting for the end" in page.text, page.text
            for url, shown in (("https://pay.example/?a=1&b=<i>",) * 2, (
                    "javascript:alert(1)", "#"), ("//pay.example/", "#")):
                api.sql("UPDATE payment_outside SET phase = 'buyer',"
                        f" next_url = '{url}'"
                        f" WHERE payment_id = {place.split('/')[-1]}")
                assert visitor.page(place).link("Go there") == shown
        finally:
            os.kill(worker, signal.SIGCONT)
        # When somebody looks he has paid.
        tap.wait_for(lambda: visitor.get(place).status == 303,
                     "the payment's end", 60)


def money_goes_to_the_pool_pay():
    visitor = Visitor().sign_up(credit=1_000_000)
    marks = attack.log_marks()
    mine = buy(visitor)
    asked = visitor.page(mine.find("/cancel").action)
    visitor.follow(visitor.send(asked.find("/cancel")))
    log = attack.log_file("access.log")

    def pools():
        lines = attack.written_since(marks)[log].decode().splitlines()
        return {(one["method"], one["uri"].split("/")[-1]):
                one["upstream"].split("/")[-1]
                for one in map(json.loads, lines)}
    found = tap.wait_for(lambda: pools() if ("POST", "cancel") in pools()
                         else None, "the log to have it")
    assert found["POST", "pay"] == found["POST", "cancel"] == "pay.sock", found
    assert found["POST", "holds"] == "api.sock", found
    # And no log tells what is nobody's affair.
    secrets = [visitor.cookies["__Host-bo_m"], PASSWORD,
               dict(asked.find("/cancel").fields)["csrf"]]
    for path, text in attack.written_since(marks).items():
        for secret in secrets:
            assert secret.encode() not in text, path


def what_was_done_is_sound():
    stage.audit()


if __name__ == "__main__":
    tap.main([
        names_are_only_text,
        two_seats_together_are_bought_one_is_given_back_the_other_is_printed,
        lynx_buys_two_seats_gives_one_back_and_prints_the_other,
        seats_that_were_ticked_are_bought,
        places_of_areas_are_bought_and_given_back,
        a_basket_can_last_longer_and_be_given_up,
        what_cannot_be_had_is_told_where_it_was_chosen,
        one_form_buys_once_however_often_it_is_sent,
        a_key_that_is_none_of_ours_is_refused,
        nobody_sees_or_pays_what_is_another_ones,
        ticket_types_are_changed_in_the_basket,
        the_line_lets_one_in_when_it_is_ones_turn,
        a_payment_that_takes_a_while_is_looked_at_again,
        where_the_buyer_has_to_pay_is_a_link,
        money_goes_to_the_pool_pay,
        what_was_done_is_sound,
    ])
