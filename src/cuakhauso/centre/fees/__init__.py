"""Tariff by date, charges, payments, receipts."""
