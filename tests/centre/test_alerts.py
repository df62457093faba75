"""Alerts on plates: two persons to stop, exact stops, near only shows, one's own agency sees."""

from datetime import timedelta

import pytest

from cuakhauso.centre.accounts.models import Organisation, Role, User
from cuakhauso.centre.accounts.principal import Principal, by_user
from cuakhauso.centre.crossings import observations, queries, undeclared
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Invalid, NotAllowed, NotFound, Refused
from cuakhauso.centre.shared.models import AuditEntry, Crossing, OutboxEvent
from cuakhauso.centre.watch import alerts, matching
from cuakhauso.centre.watch import queries as seen_by
from cuakhauso.centre.watch.models import AlertMatch
from cuakhauso.centre.watch.rules import is_near
from cuakhauso.core.words import Agency, Place

from .builders import Gate, declare, officer, plate

pytestmark = pytest.mark.django_db
POLICE = Agency.POLICE


def colleague(agency: str = "police") -> Principal:
    """A second person of the same agency."""
    organisation = Organisation.objects.get(name=f"{agency} CKHN")
    user, _ = User.objects.get_or_create(username=f"second-{agency}", defaults={"full_name": "Hà Thị Mẫu"})
    Role.objects.get_or_create(user=user, organisation=organisation, gate="CKHN", duty="officer")
    return by_user(user)


def alert(number: str, to_do: str = "stop", by: Principal | None = None, **more):
    return alerts.make(
        by=by or officer(POLICE), gate="CKHN", subject=more.pop("subject", "plate"), number=number,
        to_do=to_do, reason="Nghi chở hàng cấm", **more,
    )  # fmt: skip


def stop(number: str, **more):
    made = alert(number, **more)
    return alerts.approve(made.pk, by=colleague())


def held_by(crossing) -> list[str]:
    return Crossing.objects.get(pk=crossing).held_by


def truck(number: str):
    return declare(vehicle=VehicleIn(plate=number, weight_class="VT6"))


def test_a_truck_that_is_looked_for_is_held_when_it_is_declared_until_the_police_lifts():
    number = plate()
    stop(number)
    walk = Gate(truck(number).crossing_id)
    assert held_by(walk.crossing) == ["police"]
    answer = queries.whole(officer("border_guard"), walk.crossing).answer
    assert "hold_live" in [o.code for o in answer.objections]
    hold = queries.whole(officer(POLICE), walk.crossing).state.live_holds[0]
    from cuakhauso.centre.crossings import actions

    with pytest.raises(Refused) as error:
        actions.lift(walk.crossing, hold.id, Said(by=officer("border_guard"), note="đã xem"))
    assert [o.code for o in error.value.objections] == ["not_your_hold"]
    actions.lift(walk.crossing, hold.id, Said(by=officer(POLICE), note="đã kiểm tra"))
    observations.identify(walk.crossing, "plate", number, 99, Said(by=officer("border_guard")))
    assert held_by(walk.crossing) == [], "once lifted, the same alert does not hold it again"
    assert AlertMatch.objects.filter(how="read", exact=True).exists(), "it is still told"


def test_stop_counts_only_once_a_second_person_has_approved_it():
    number = plate()
    made = alert(number)
    assert held_by(truck(number).crossing_id) == []
    with pytest.raises(Refused) as error:
        alerts.approve(made.pk, by=officer(POLICE))
    assert [o.code for o in error.value.objections] == ["alert_is_your_own"]
    alerts.approve(made.pk, by=colleague())
    assert held_by(Crossing.objects.get(plate=number.replace("-", "").replace(".", "")).pk) == ["police"]


def test_inform_and_observe_hold_nothing_and_are_told_live():
    number = plate()
    alert(number, "inform")
    crossing = truck(number).crossing_id
    assert held_by(crossing) == []
    (match,) = seen_by.open_matches("CKHN", [POLICE])
    assert (match.crossing, match.how, match.exact) == (crossing, "declared", True)
    event = OutboxEvent.objects.filter(name=matching.EVENT).last()
    assert event.payload["watch_of"] == "CKHN"


def test_a_plate_that_differs_by_one_sign_is_shown_and_never_held():
    stop("14C-111.22")
    crossing = truck("14C-111.23").crossing_id
    assert held_by(crossing) == []
    (match,) = seen_by.open_matches("CKHN", [POLICE])
    assert not match.exact


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("14C11122", "14C11123", True), ("14C11122", "14C1112", True), ("14C11122", "14C11122", False),
        ("14C11122", "14C11133", False), ("14C11122", "15C11123", False),
    ],
)  # fmt: skip
def test_near_is_one_sign(one, other, near):
    assert is_near(one, other) is near
    assert is_near(other, one) is near


def test_an_undeclared_truck_and_one_that_arrives_meet_alerts_too():
    number = plate()
    stop(number)
    story = undeclared.register_undeclared("CKHN", number, Said(by=officer("border_guard")))
    assert held_by(story.id) == ["police"]
    other = plate()
    crossing = truck(other).crossing_id
    alert(other, "inform", by=officer("customs"))
    observations.arrive(crossing, Place.BUFFER, Said(by=officer("border_guard")))
    (match,) = seen_by.open_matches("CKHN", [Agency.CUSTOMS])
    assert match.how == "arrived", "one line a vehicle: how it was met last"
    alerts.see(match.pk, by=officer("customs"))
    assert seen_by.open_matches("CKHN", [Agency.CUSTOMS]) == []


def test_a_container_that_is_read_stops_its_truck():
    crossing = truck(plate()).crossing_id
    stop("TSTU1004288", subject="container")
    assert held_by(crossing) == []
    observations.identify(crossing, "container", "TSTU1004288", 99, Said(by=officer("border_guard")))
    assert held_by(crossing) == ["police"]


def test_an_alert_that_has_ended_meets_nobody():
    number = plate()
    made = stop(number)
    with pytest.raises(Refused):
        alerts.end(made.pk, " ", by=officer(POLICE))
    alerts.end(made.pk, "đã tìm thấy", by=officer(POLICE))
    assert held_by(truck(number).crossing_id) == []
    late = alert(plate(), "inform", ends=store.now() + timedelta(minutes=1))
    assert late.counts(store.now())
    assert not late.counts(store.now() + timedelta(minutes=2))


def test_each_agency_reads_its_own_alerts_border_guard_meets_all_and_looks_are_kept():
    number = plate()
    made = alert(number, "inform")
    assert seen_by.alerts(officer(POLICE)) == [made]
    assert AuditEntry.objects.filter(verb="read_alerts", agency="police").exists()
    assert seen_by.alerts(officer("customs")) == []
    truck(number)
    assert len(seen_by.open_matches("CKHN", [Agency.BORDER_GUARD])) == 1
    assert seen_by.open_matches("CKHN", [Agency.CUSTOMS]) == []
    assert seen_by.open_matches("CKHN", [Agency.HEALTH]) == []
    with pytest.raises(NotAllowed):
        alert(plate(), by=officer("health"))
    with pytest.raises(NotFound):
        alerts.end(made.pk, "x", by=officer("customs"))
    with pytest.raises(Invalid):
        alert("không phải biển", "inform")


def test_the_reason_of_an_alert_is_in_no_fact():
    number = plate()
    stop(number)
    assert "hàng cấm" not in str(store.facts_of(truck(number).crossing_id))
