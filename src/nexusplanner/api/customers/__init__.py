"""Customers, companies and segments."""
