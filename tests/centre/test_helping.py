"""Acting for a business: who for whom is in facts, lists, the API and the audit; a business may refuse it."""

import pytest

from cuakhauso.centre.crossings.shapes import facts as as_api
from cuakhauso.centre.declarations import actions, behalf
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import NotAllowed, Refused
from cuakhauso.centre.shared.models import AuditEntry

from .builders import business, declare, form, officer

pytestmark = pytest.mark.django_db


def helped():
    guard, owner = officer("border_guard"), business()
    return actions.submit(form(), by=guard, organisation=owner.businesses[0]), guard, owner


def test_who_declared_for_whom_is_seen_by_the_business_and_kept():
    made, guard, owner = helped()
    (help,) = behalf.helps_for(owner)
    assert (help.declaration_id, help.by_name, help.act) == (made.pk, guard.name, "declared")
    assert behalf.helps_of(guard).get() == help
    entry = AuditEntry.objects.get(verb="acted_for")
    assert entry.data["organisation"] == str(owner.businesses[0])
    (fact,) = as_api(store.facts_of(made.crossing_id))
    assert fact.on_behalf_of == str(owner.businesses[0])


def test_what_a_business_does_itself_is_nobodys_help():
    made = declare()
    assert not behalf.helps_for(business()).exists()
    assert [fact.on_behalf_of for fact in as_api(store.facts_of(made.crossing_id))] == [""]
    assert made.helped_by == ""


def test_withdrawing_for_a_business_says_so_too():
    made, guard, owner = helped()
    actions.withdraw(made.pk, by=guard, words="khai trùng")
    assert [one.act for one in behalf.helps_for(owner)] == ["withdrawn", "declared"]
    assert [fact.on_behalf_of for fact in as_api(store.facts_of(made.crossing_id))][-1]


def test_a_business_that_wants_no_help_declares_and_changes_alone_until_it_says_otherwise():
    made, guard, owner = helped()
    (own,) = owner.businesses
    behalf.refuse(own, True, by=owner)
    for attempt in (
        lambda: actions.submit(form(), by=guard, organisation=own),
        lambda: actions.withdraw(made.pk, by=guard),
    ):
        with pytest.raises(Refused) as error:
            attempt()
        assert [o.code for o in error.value.objections] == ["help_refused"]
    actions.submit(form(), by=owner, organisation=own)
    behalf.refuse(own, False, by=owner)
    actions.submit(form(), by=guard, organisation=own)
    verbs = ("help_refused", "help_welcome")
    assert [e.verb for e in AuditEntry.objects.filter(verb__in=verbs).order_by("id")] == list(verbs)


def test_only_its_own_people_refuse_for_a_business():
    with pytest.raises(NotAllowed):
        behalf.refuse(business().businesses[0], True, by=officer("border_guard"))
