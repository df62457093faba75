"""Every read of lanes: the node that asks."""

from uuid import UUID

from ..accounts.principal import Principal
from .models import Node


def node_by_token(asker: Principal) -> Node | None:
    """The node whose token was sent, as long as it is let in."""
    kind, _, own = asker.id.partition(":")
    if kind != "token":
        return None
    return Node.objects.filter(token_id=UUID(own), revoked_at=None).first()
