"""Corrections of a declaration in words. `telling.py` alone reads this."""

from django.utils.translation import gettext_lazy as _

from cuakhauso.core import facts as f

from .told import Teller, says

CORRECTIONS_TOLD: dict[type[f.Data], Teller] = {
    f.CorrectionProposed: says(
        _("Xin sửa %(count)s ô của khai báo"), "waiting", "edit", count=lambda data: len(data.differences)
    ),
    f.CorrectionApproved: says(_("%(agency)s đồng ý sửa khai báo"), "done", "circle-check"),
    f.CorrectionRefused: says(_("%(agency)s từ chối sửa khai báo"), "refused", "ban"),
    f.CorrectionWithdrawn: says(_("Rút bản sửa khai báo"), "waiting", "arrow-back-up"),
}
