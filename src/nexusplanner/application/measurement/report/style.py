"""The report's style: light, and dark where the reader's system is."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1c2430; --soft: #5b6675; --rule: #d9dee6; --shade: #f2f4f7;
  --ours: #1c63c7; --real: #1c2430; --base: #8a94a3; --bad: #b3261e;
  --c0: #1c63c7; --c1: #c2570c; --c2: #1d7a46; --c3: #8a3ab9; --c4: #a5801a; --c5: #0f7b86; --c6: #b3265f; --c7: #5b6675; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181f; --text: #e6eaf0; --soft: #a3adbb; --rule: #323a46; --shade: #1d232c;
    --ours: #7db1ff; --real: #e6eaf0; --base: #8a94a3; --bad: #ff8a80;
    --c0: #7db1ff; --c1: #ff9f5a; --c2: #62cf92; --c3: #cf95f2; --c4: #e0bd57; --c5: #5cc9d4; --c6: #ff86b3; --c7: #a3adbb; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 860px; padding: 32px 24px 64px; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 8px; } h2 { font-size: 1.2rem; margin: 40px 0 8px; }
h3 { font-size: 1rem; margin: 0; } p, li { max-width: 68ch; } .soft { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 16px 0; } dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
.wide { overflow-x: auto; } .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 20px; }
figure { margin: 12px 0; } figcaption { font-size: .85rem; color: var(--soft); }
.legend { display: inline-flex; align-items: center; gap: 6px; margin-right: 16px; }
.key { width: 14px; height: 4px; display: inline-block; background: currentColor; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--rule); } .mark { stroke: var(--soft); stroke-dasharray: 4 4; }
.line { fill: none; stroke: currentColor; stroke-width: 2; } .band { fill: currentColor; opacity: .18; }
.area { fill: currentColor; opacity: .8; } .bar { fill: var(--ours); } .beyond { fill: var(--shade); }
.whisker { stroke: var(--ours); stroke-width: 3; } .dot { fill: var(--ours); }
.ours { color: var(--ours); } .real { color: var(--real); } .base { color: var(--base); }
.line.base { stroke-dasharray: 6 4; }
.c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); }
.c4 { color: var(--c4); } .c5 { color: var(--c5); } .c6 { color: var(--c6); } .c7 { color: var(--c7); }
@media print { body { max-width: none; } h2 { break-after: avoid; } figure, .curves > div { break-inside: avoid; } }
"""
COLOURS = 8
