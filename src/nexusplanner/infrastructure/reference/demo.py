"""Reads the packaged description of the demonstration company."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from nexusplanner.application.demo.company import DemoCompany


@cache
def load_demo_company() -> DemoCompany:
    """The company, validated."""
    text = resources.files("nexusplanner.data").joinpath("demo.yaml").read_text(encoding="utf-8")
    return TypeAdapter(DemoCompany).validate_python(yaml.safe_load(text))
