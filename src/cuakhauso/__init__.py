"""Cửa khẩu số: an open platform on which a land border gate runs."""

__version__ = "0.1.0"
