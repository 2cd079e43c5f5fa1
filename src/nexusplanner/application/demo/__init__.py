"""The demonstration workspace: an invented company with everything a planner needs, the same every time."""

from nexusplanner.application.demo.company import DemoCompany
from nexusplanner.application.demo.load import DemoReport, demo_brief, load_demo

__all__ = ["DemoCompany", "DemoReport", "demo_brief", "load_demo"]
