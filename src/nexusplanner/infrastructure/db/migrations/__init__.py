"""Alembic's environment and its versions, part of the package so that an installed release can migrate."""
