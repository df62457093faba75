"""Who is asking through the open API: a system by its token, or a person by the session of the pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from ..shared.errors import NotAllowed
from .principal import Principal, by_token, by_user


class ApiRequest(HttpRequest):
    """A request past sign-in: the API's `auth` guarantees it."""

    auth: Principal


class Token(HttpBearer):
    """A token of an organisation's system."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        return by_token(token)


class Session(APIKeyCookie):
    """The session of a signed-in person. Changes need the CSRF token, as a page's form does."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Principal | None:
        if self.param_name not in request.COOKIES or not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise NotAllowed
        return by_user(request.user)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        raise NotImplementedError("asked by __call__")


WAYS_IN = [Token(), Session()]
