/** What stands on the page: words for people, or a command that is run. */
type Part =
  | { readonly type: 'text'; readonly text: string }
  /** `printed` is null where the page shows the command alone. */
  | { readonly type: 'command'; readonly command: string; readonly printed: string | null };

export type Step = Extract<Part, { readonly type: 'command' }>;

const prompt = '$ ';
const blocks = /^```(console|sh)\n(.*?)^```$/gms;

/** The blocks marked `sh` are run as they are; those marked `console` have a `$ ` before each command, and then its output. */
export function readPage(page: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const block of page.matchAll(blocks)) {
    const [, kind, body = ''] = block;
    const start = block.index + `\`\`\`${kind}\n`.length;
    parts.push({ type: 'text', text: page.slice(end, start) });
    parts.push(...(kind === 'sh' ? [{ type: 'command', command: body, printed: null } as const] : session(body)));
    end = start + body.length;
  }
  return [...parts, { type: 'text', text: page.slice(end) }];
}

function session(body: string): readonly Step[] {
  return body
    .split(/^(?=\$ )/m)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [line = ''] = piece.split('\n');
      return { type: 'command', command: line.slice(prompt.length), printed: piece.slice(line.length + 1) };
    });
}

export function stepsOf(parts: readonly Part[]): readonly Step[] {
  return parts.filter((part) => part.type === 'command');
}

/** The page as it would be, had its commands printed this. */
export function writePage(parts: readonly Part[], printed: readonly string[]): string {
  const left = [...printed];
  const texts = parts.map((part) => {
    if (part.type === 'text') return part.text;
    const now = left.shift() ?? '';
    return part.printed === null ? part.command : `${prompt}${part.command}\n${now}`;
  });
  return texts.join('');
}
