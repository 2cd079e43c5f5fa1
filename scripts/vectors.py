"""Write the allocation problems, with their answers, on which server and browser must agree to the cent.

Run as `python scripts/vectors.py [--check]`. The tables are made of fractions alone, so every machine writes the same file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nexusplanner.domain.planning.knots.hull import TableRow
from nexusplanner.domain.planning.knots.refine import refined
from nexusplanner.domain.planning.knots.search import TableAllocator

DOCUMENT = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "allocation.json"

Rows = list[TableRow]


def main() -> int:
    """Return 0, or 1 when the committed file is not what the method answers."""
    current = document()
    if "--check" not in sys.argv[1:]:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(current, encoding="utf-8")
        return 0
    if DOCUMENT.is_file() and DOCUMENT.read_text(encoding="utf-8") == current:
        return 0
    sys.stderr.write(f"{DOCUMENT.name} is not current: run python scripts/vectors.py and commit what it writes.\n")
    return 1


def document() -> str:
    """Tables by name and cases that refer to them, a row or case per line."""
    tables = {
        name: [{"spends": row.spends, "values": row.values} for row in rows] for name, rows in all_tables().items()
    }
    rows = ",\n".join(
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(row) for row in table) + "\n]"
        for name, table in tables.items()
    )
    lines = ",\n".join(json.dumps(case) for case in answered())
    return f'{{"tables": {{\n{rows}\n}},\n"cases": [\n{lines}\n]}}\n'


def curve(*, scale: float, half: float, slope: int, end: int, knots: int = 65) -> TableRow:
    """A Hill curve of whole slope up to `end` minor units; knots grow as squares."""
    spends = [end * index * index // ((knots - 1) * (knots - 1)) for index in range(knots)]
    values = []
    for spend in spends:
        ratio = spend / half
        power = 1.0
        for _ in range(slope):
            power *= ratio
        values.append(scale * power / (1.0 + power))
    return TableRow.of(spends, values)


def all_tables() -> dict[str, Rows]:
    """The tables: shapes a planner meets, and shapes only a test meets."""
    concave = [curve(scale=100.0 + 31 * n, half=500_000 + 170_000 * n, slope=1, end=8_000_000) for n in range(5)]
    steep = [curve(scale=90.0 + 23 * n, half=700_000 + 90_000 * n, slope=2 + n % 2, end=6_000_000) for n in range(5)]
    many = [
        curve(scale=40.0 + 7 * (n % 6), half=90_000 + 37_000 * (n % 9), slope=1 + n % 3, end=2_500_000, knots=33)
        for n in range(20)
    ]
    twin = curve(scale=120.0, half=400_000, slope=3, end=4_000_000)
    coins = [
        TableRow(spends=(0, 1, 2, 3), values=(0.0, 1.0, 1.5, 1.75)),
        TableRow(spends=(0, 1, 2, 3), values=(0.0, 0.1, 1.9, 2.0)),
    ]
    steps = [
        TableRow(spends=(0, 700, 1_000, 2_000, 2_500), values=(0.0, 0.5, 3.0, 3.2, 7.0)),
        TableRow(spends=(0, 300, 1_100, 3_000), values=(0.0, 2.0, 2.5, 8.0)),
        TableRow(spends=(0, 450, 900, 2_700), values=(0.0, 0.25, 4.0, 4.5)),
    ]
    return {
        "one": [curve(scale=250.0, half=1_000_000, slope=2, end=9_000_000)],
        "concave": concave,
        "steep": steep,
        "mixed": [concave[0], steep[1], concave[2], steep[3], concave[4], twin, twin],
        "twins": [twin, twin, twin, twin],
        "nearly": [curve(scale=120.0 + n / 8, half=400_000, slope=3, end=4_000_000) for n in range(6)],
        "many": many,
        "coins": coins,
        "steps": steps,
        "flat": [TableRow(spends=(0, 1_000), values=(0.0, 0.0)), TableRow(spends=(0, 1_000), values=(5.0, 5.0))],
        "point": [TableRow(spends=(0,), values=(0.0,)), TableRow(spends=(0, 5_000), values=(0.0, 2.0))],
    }


def cases() -> Iterator[tuple[str, str, int, list[int], list[int]]]:
    """What is asked: table, budget, least and most by channel."""
    for table, top in (("concave", 8_000_000), ("steep", 6_000_000), ("mixed", 4_000_000)):
        count = len(all_tables()[table])
        free, most = [0] * count, [top] * count
        for budget in (0, 1, 99_999, 1_000_000, 4_321_987, 9_000_000, count * top, count * top + 1):
            yield f"{table}, nothing limited", table, budget, free, most
        locks = [1_234_567 if n == 1 else 0 for n in range(count)]
        yield f"{table}, one lock", table, 5_000_001, locks, [1_234_567 if n == 1 else top for n in range(count)]
        yield f"{table}, all locked", table, 3_000_000, [200_003] * count, [200_003] * count
        yield f"{table}, tight", table, 4_000_000, [400_000] * count, [900_000] * count
        yield f"{table}, all minimums", table, 111_111 * count, [111_111] * count, most
        yield f"{table}, beyond the table", table, 3 * top, [2 * top, *free[1:]], [3 * top] * count
    for budget in (0, 500_000, 8_999_999, 10_000_000):
        yield "one channel", "one", budget, [0], [9_000_000]
    for budget in (300_000, 1_000_000, 2_000_000, 3_333_333):
        yield "equal channels", "twins", budget, [0] * 4, [4_000_000] * 4
        yield "equal channels, unequal limits", "twins", budget, [0, 50_000, 0, 50_000], [4_000_000, 500_000] * 2
        yield "nearly equal channels", "nearly", budget, [0] * 6, [4_000_000] * 6
    for budget in (1_000_000, 4_000_000, 12_345_678, 30_000_000):
        yield "twenty channels", "many", budget, [0] * 20, [2_500_000] * 20
        limits = [(n % 4) * 10_000 for n in range(20)], [300_000 + (n % 7) * 250_000 for n in range(20)]
        yield "twenty channels, limited", "many", budget, *limits
    for budget in range(7):
        yield "coins", "coins", budget, [0, 0], [3, 3]
    for budget in (800, 1_500, 2_500, 3_700, 6_001):
        yield "steps", "steps", budget, [0, 0, 0], [2_500, 3_000, 2_700]
        yield "steps, odd limits", "steps", budget, [1, 299, 451], [2_499, 2_999, 2_699]
    yield "nothing to gain", "flat", 1_500, [0, 0], [1_000, 1_000]
    yield "a channel without a curve", "point", 4_000, [0, 0], [5_000, 5_000]


def answered() -> Iterator[dict[str, Any]]:
    """Each case with what the method answers."""
    tables = all_tables()
    for name, table, budget, lower, upper in cases():
        answer = TableAllocator(tables[table], lower=lower, upper=upper).best(budget)
        yield {
            "name": name,
            "table": table,
            "budget": budget,
            "lower": lower,
            "upper": upper,
            "amounts": answer.amounts,
            "value": answer.value,
            "upper_bound": answer.upper_bound,
            "nodes": answer.nodes,
            "refined": refined(tables[table], plan=answer.amounts, lower=lower, upper=upper),
        }


if __name__ == "__main__":
    sys.exit(main())
