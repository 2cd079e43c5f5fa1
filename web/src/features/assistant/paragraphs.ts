export type Part = { kind: 'text' | 'list'; lines: string[]; key: string };

/** Plain text as paragraphs and lists: lines that begin with "- " are items, empty lines part paragraphs. */
export function paragraphs(text: string): Part[] {
  const parts: Part[] = [];
  let open = false;
  for (const line of text.split('\n')) {
    const item = line.startsWith('- ');
    const kind = item ? 'list' : 'text';
    const last = parts.at(-1);
    if (!line.trim()) open = false;
    else if (open && last?.kind === kind) last.lines.push(item ? line.slice(2) : line);
    else {
      parts.push({ kind, lines: [item ? line.slice(2) : line], key: String(parts.length) });
      open = true;
    }
  }
  return parts;
}
