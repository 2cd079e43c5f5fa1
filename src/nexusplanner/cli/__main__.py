"""`python -m nexusplanner.cli`."""

from nexusplanner.cli.main import run

if __name__ == "__main__":
    run()
