"""A fact in words: what happened and who said it, with its look and its icon."""

from dataclasses import dataclass

from django.utils.translation import gettext as _now

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact
from cuakhauso.core.unloading_facts import Left
from cuakhauso.core.words import ActorKind

from . import formats
from .words import (
    AGENCIES,
    CHANNELS,
    CHECKPOINTS,
    DIRECTIONS,
    DOCUMENTS,
    FINDINGS,
    HOW_DISPOSED,
    HOWS,
    OFS,
    ORDERS,
    PLACES,
    RESTS,
    RESULTS,
    ROAD_ORDERS,
    SHORT_AGENCIES,
    SOURCES,
    STEPS,
    SUBJECTS,
    WHY_LEFT,
    gate_words,
    language,
    of,
    reason_words,
    where_words,
)  # fmt: skip


def who(fact: Fact) -> str:
    """Who said it, as other readers see it: the agency and the name."""
    actor = fact.actor
    if actor.kind is ActorKind.PLATFORM:
        return of(SOURCES, "platform")
    agency = of(SHORT_AGENCIES, actor.agency) if actor.agency else ""
    return " · ".join(part for part in (agency, actor.name) if part)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as people read it: what, in which look, and with which icon."""

    words: str
    look: str
    icon: str


FOUND = {f.Finding.CONFORMS: "done", f.Finding.DEVIATES: "held", f.Finding.REFUSED: "refused"}
JUDGED = {f.Result.PASSED: "done", f.Result.TREAT: "waiting", f.Result.REFUSED: "refused"}


def _how(how: f.How, share: int | None) -> str:
    return f"{of(HOWS, how)} ({share} %)" if share else of(HOWS, how)


def left_words(line: Left) -> str:
    """What is left of one goods group; both numbers where they differ."""
    told = {"packages": line.packages, "number": line.customs_number, "computed": line.computed}
    said = _now("%(packages)s kiện") % told
    if line.differs:
        said = _now("đếm %(packages)s kiện, theo sổ %(computed)s") % told
    weight = f", {formats.weight(line.weight_kg, language())}" if line.weight_kg else ""
    return said + weight + (f" ({line.customs_number})" if line.customs_number else "")


def fact_told(fact: Fact) -> Told:
    """One fact in words."""
    data = fact.data
    agency = of(AGENCIES, fact.actor.agency) if fact.actor.agency else fact.actor.name
    match data:
        case f.Declared(version=1):
            return Told(_now("Khai báo %(number)s") % {"number": data.number}, "done", "file-text")
        case f.Declared():
            told = _now("Sửa khai báo, bản %(version)s") % {"version": data.version}
            return Told(told, "done", "file-text")
        case f.Withdrawn():
            return Told(_now("Rút tờ khai"), "refused", "ban")
        case f.RegisteredUndeclared():
            return Told(_now("Xe chưa khai báo, đưa vào bãi tạm"), "refused", "ban")
        case f.Queued():
            return Told(_now("Vào hàng chờ"), "waiting", "clock-hour-4")
        case f.Called():
            return Told(_now("Được gọi tới lượt"), "done", "circle-check")
        case f.Arrived():
            return Told(_now("Tới: %(place)s") % {"place": of(PLACES, data.place)}, "done", "truck")
        case f.Confirmed():
            told = _now("%(agency)s xác nhận: %(step)s") % {"agency": agency, "step": of(STEPS, data.step)}
            return Told(told, "done", "circle-check")
        case f.ChannelSet():
            told = _now("Hải quan phân %(channel)s cho tờ khai %(number)s") % {
                "channel": of(CHANNELS, data.channel),
                "number": data.customs_number,
            }
            return Told(told, "done", "circle-check")
        case f.Held():
            told = _now("%(agency)s giữ xe: %(reason)s") % {
                "agency": agency,
                "reason": reason_words(data.reason),
            }
            return Told(told, "held", "hand-stop")
        case f.Lifted():
            return Told(_now("%(agency)s bỏ giữ") % {"agency": agency}, "done", "circle-check")
        case f.Weighed():
            weight = formats.weight(data.gross_kg, language())
            stable = _now("Cân được %(weight)s") if data.stable else _now("Cân chưa ổn định: %(weight)s")
            return Told(stable % {"weight": weight}, "done" if data.stable else "unknown", "weight")
        case f.Identified():
            told = _now("Đọc %(subject)s: %(value)s") % {
                "subject": of(SUBJECTS, data.subject),
                "value": data.value,
            }
            return Told(told, "done", "scan")
        case f.Settled():
            return Told(_now("%(agency)s đã xem và xử lý") % {"agency": agency}, "done", "eye")
        case f.Passed():
            told = _now("Qua %(checkpoint)s, %(direction)s") % {
                "checkpoint": of(CHECKPOINTS, data.at),
                "direction": of(DIRECTIONS, data.direction),
            }
            look = "irregular" if fact.irregular else "done"
            return Told(told, look, "alert-triangle" if fact.irregular else "truck")
        case f.Transshipped():
            told = _now("Sang tải %(packages)s kiện sang xe %(plate)s") % {
                "packages": data.packages,
                "plate": data.plate,
            }
            return Told(told, "done", "arrows-exchange")
        case f.Received():
            told = _now("Nhận %(packages)s kiện từ xe %(plate)s") % {
                "packages": data.packages,
                "plate": data.plate,
            }
            return Told(told, "done", "arrows-exchange")
        case f.Linked():
            source = data.role == "source"
            told = _now("Nhận hàng từ xe %(plate)s") if source else _now("Xe %(plate)s sẽ nhận hàng")
            return Told(told % {"plate": data.plate}, "done", "link")
        case f.ReceivingEntered():
            told = (
                _now("Xe nhận hàng đã vào")
                if data.entered
                else _now("Xe nhận hàng không còn được xác nhận vào")
            )
            return Told(told, "done" if data.entered else "waiting", "truck")
        case f.GoodsReleased():
            told = _now("Hải quan cho hàng đi") if data.released else _now("Hải quan rút lại cho hàng đi")
            return Told(told, "done" if data.released else "held", "circle-check")
        case f.Disposed():
            told = _now("Hải quan: %(packages)s kiện %(how)s") % {
                "packages": data.packages,
                "how": of(HOW_DISPOSED, data.how),
            }
            return Told(told, "done", "package")
        case f.Charged():
            told = _now("Tính %(order)s %(amount)s") % {
                "order": of(ORDERS, data.order),
                "amount": formats.money(data.amount, language()),
            }
            return Told(told, "waiting", "cash")
        case f.Paid():
            told = _now("Đã nộp %(order)s %(amount)s") % {
                "order": of(ORDERS, data.order),
                "amount": formats.money(data.amount, language()),
            }
            return Told(told, "done", "cash")
        case f.CorrectionAsked():
            return Told(_now("%(agency)s yêu cầu sửa khai báo") % {"agency": agency}, "waiting", "edit")
        case f.CorrectionProposed():
            count = _now("Xin sửa %(count)s ô của khai báo") % {"count": len(data.differences)}
            return Told(count, "waiting", "edit")
        case f.CorrectionApproved():
            return Told(_now("%(agency)s đồng ý sửa khai báo") % {"agency": agency}, "done", "circle-check")
        case f.CorrectionRefused():
            return Told(_now("%(agency)s từ chối sửa khai báo") % {"agency": agency}, "refused", "ban")
        case f.CorrectionWithdrawn():
            return Told(_now("Rút bản sửa khai báo"), "waiting", "arrow-back-up")
        case f.OutageBegan():
            return Told(_now("Sự cố: %(what)s") % {"what": data.what}, "unknown", "help-hexagon")
        case f.OutageEnded():
            return Told(_now("Hết sự cố: %(what)s") % {"what": data.what}, "done", "circle-check")
        case f.OpenedAgainst():
            told = _now("Mở barie dù còn lý do phản đối tại %(checkpoint)s") % {
                "checkpoint": of(CHECKPOINTS, data.at)
            }
            return Told(told, "irregular", "alert-triangle")
        case f.StruckOff():
            return Told(_now("%(agency)s gạch tên xe") % {"agency": agency}, "refused", "ban")
        case f.SealPut():
            return Told(_now("Hải quan niêm phong, chì %(number)s") % {"number": data.number}, "done", "lock")
        case f.SealBroken():
            return Told(_now("Hải quan mở chì %(number)s") % {"number": data.number}, "waiting", "lock-open")
        case f.SealChecked():
            told = (
                _now("Chì %(number)s nguyên vẹn") if data.intact else _now("Chì %(number)s không nguyên vẹn")
            )
            return Told(told % {"number": data.number}, "done" if data.intact else "held", "lock")
        case f.TurnAsked(gate=""):
            return Told(_now("Xin quay đầu"), "waiting", "arrow-back-up")
        case f.TurnAsked():
            return Told(
                _now("Xin chuyển sang cửa khẩu %(gate)s") % {"gate": gate_words(data.gate)}, "waiting", "road"
            )
        case f.TurnRefused():
            return Told(_now("%(agency)s không cho quay đầu") % {"agency": agency}, "refused", "ban")
        case f.TurnedAround(gate=""):
            return Told(_now("%(agency)s cho xe quay đầu") % {"agency": agency}, "refused", "arrow-back-up")
        case f.TurnedAround():
            told = _now("%(agency)s chuyển xe sang cửa khẩu %(gate)s") % {
                "agency": agency,
                "gate": gate_words(data.gate),
            }
            return Told(told, "refused", "road")
        case f.CameFromGate():
            return Told(_now("Chuyển từ cửa khẩu %(gate)s") % {"gate": gate_words(data.gate)}, "done", "road")
        case f.HandedOver():
            told = _now("Giao lái xe chuyên trách, đầu kéo %(plate)s") % {"plate": data.plate.shown}
            return Told(told, "done", "user")
        case f.Paired(role="first"):
            told = _now("Chặng đầu: tờ khai %(number)s, còn %(left)s kiện") % {
                "number": data.customs_number,
                "left": data.left,
            }
            return Told(told, "done", "link")
        case f.Paired(packages=0):
            return Told(_now("Chặng sau không lấy hàng nữa"), "waiting", "link")
        case f.Paired():
            told = _now("Chặng sau khai lấy %(packages)s kiện") % {"packages": data.packages}
            return Told(told, "done", "link")
        case f.SecondLegLeft():
            told = _now("Chặng sau đã đi với %(packages)s kiện") % {"packages": data.packages}
            return Told(told, "done", "link")
        case f.TakenOut():
            told = _now("Lấy %(packages)s kiện trong kho sang xe %(plate)s") % {
                "packages": data.packages,
                "plate": data.plate,
            }
            return Told(told, "done", "package")
        case f.RefundAsked():
            told = _now("Đề nghị hoàn %(order)s %(amount)s") % {
                "order": of(ORDERS, data.order),
                "amount": formats.money(data.amount, language()),
            }
            return Told(told, "waiting", "cash")
        case f.Refunded():
            told = _now("Đã hoàn %(order)s %(amount)s") % {
                "order": of(ORDERS, data.order),
                "amount": formats.money(data.amount, language()),
            }
            return Told(told, "done", "cash")
        case f.ExaminationOrdered():
            told = _now("Hải quan yêu cầu kiểm tra tờ khai %(number)s: %(how)s") % {
                "number": data.customs_number,
                "how": _how(data.how, data.share),
            }
            return Told(told + (f", {data.place}" if data.place else ""), "waiting", "search")
        case f.Examined():
            told = _now("Hải quan kiểm tra tờ khai %(number)s, %(how)s: %(finding)s") % {
                "number": data.customs_number,
                "how": _how(data.how, data.share),
                "finding": of(FINDINGS, data.finding),
            }
            return Told(told + (f" ({data.officers})" if data.officers else ""), FOUND[data.finding], "eye")
        case f.QuarantineRequested():
            return Told(_now("%(agency)s yêu cầu kiểm dịch") % {"agency": agency}, "waiting", "search")
        case f.Sampled():
            told = _now("%(agency)s lấy mẫu %(number)s: %(what)s") % {
                "agency": agency,
                "number": data.number,
                "what": ", ".join(part for part in (data.what, data.where, data.laboratory) if part),
            }
            return Told(told, "waiting", "package")
        case f.Judged():
            told = _now("%(agency)s, kết quả %(of)s: %(result)s") % {
                "agency": agency,
                "of": " ".join(part for part in (of(OFS, data.of), data.sample) if part),
                "result": of(RESULTS, data.result),
            }
            paper = f", {data.certificate}" if data.certificate else ""
            until = f" ({formats.day(data.valid_to, language())})" if data.valid_to else ""
            return Told(told + paper + until, JUDGED[data.result], "circle-check")
        case f.Treated():
            told = _now("Đã xử lý: %(method)s") % {"method": data.method}
            by = f", {data.by}" if data.by else ""
            until = (
                f", {_now('đến %(time)s') % {'time': formats.when(data.until, language())}}"
                if data.until
                else ""
            )
            return Told(told + by + until, "waiting", "check")
        case f.Parked(before=""):
            look = "irregular" if fact.irregular else "done"
            return Told(_now("Đỗ tại %(bay)s") % {"bay": data.bay}, look, "parking")
        case f.Parked():
            told = _now("Chuyển từ %(before)s sang %(bay)s") % {"before": data.before, "bay": data.bay}
            return Told(told, "irregular" if fact.irregular else "done", "parking")
        case f.BayLeft():
            return Told(_now("Trả chỗ %(bay)s") % {"bay": data.bay}, "done", "parking")
        case f.BayKept():
            return Told(_now("Giữ chỗ %(bay)s cho xe") % {"bay": data.bay}, "waiting", "parking")
        case f.YardGateSeen():
            out = data.direction == "out"
            told = _now("Bãi ghi xe ra cổng") if out else _now("Bãi ghi xe vào cổng")
            return Told(told, "irregular" if fact.irregular else "done", "truck")
        case f.TransferPlanned():
            told = _now("Chia %(count)s kiện cho các xe nhận") % {
                "count": sum(share.packages for share in data.shares)
            }
            return Told(told, "done", "clipboard-list")
        case f.TransferBegan():
            told = _now("Bắt đầu sang tải sang xe %(plate)s") % {"plate": data.plate}
            return Told(told, "waiting", "arrows-exchange")
        case f.DocumentsChecked():
            bad = [look for look in data.looks if look.found != "valid"]
            if bad:
                named = ", ".join(of(DOCUMENTS, look.document) for look in bad)
                told = _now("%(agency)s xem giấy tờ, chưa đạt: %(papers)s")
                return Told(told % {"agency": agency, "papers": named}, "held", "file-text")
            told = _now("%(agency)s đã xem %(count)s giấy tờ, hợp lệ")
            return Told(told % {"agency": agency, "count": len(data.looks)}, "done", "file-text")
        case f.BorderGuardNumbered():
            return Told(_now("Biên phòng cấp số %(number)s") % {"number": data.number}, "done", "file-text")
        case f.RoadOrdered():
            told = of(ROAD_ORDERS, data.code)
            where = f": {where_words(data.where)}" if data.where else ""
            said = _now("%(agency)s ra lệnh: %(order)s") % {"agency": agency, "order": told + where}
            return Told(said, "waiting", "road")
        case f.RoadOrderSeen():
            return Told(_now("Đã nhận lệnh trên đường"), "done", "circle-check")
        case f.RoadOrderEnded():
            return Told(_now("%(agency)s rút lệnh trên đường") % {"agency": agency}, "waiting", "road")
        case f.UnloadedInPart():
            told = _now("%(agency)s: dỡ chưa hết, còn %(left)s (%(why)s): %(rest)s") % {
                "agency": agency,
                "left": "; ".join(left_words(line) for line in data.lines),
                "why": of(WHY_LEFT, data.why),
                "rest": of(RESTS, data.rest),
            }
            look = "held" if any(line.differs for line in data.lines) else "waiting"
            return Told(told, look, "package")
        case f.AlsoBound(things=()):
            return Told(_now("Không còn trùng với tờ khai khác"), "done", "link")
        case f.AlsoBound():
            told = ", ".join(f"{of(SUBJECTS, thing.subject)} {thing.value}" for thing in data.things)
            return Told(_now("Tờ khai khác cũng khai: %(things)s") % {"things": told}, "held", "link")
        case f.Undone():
            return Told(_now("%(agency)s hoàn tác") % {"agency": agency}, "waiting", "arrow-back-up")
