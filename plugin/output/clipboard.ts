/** Asks the terminal to put a text where it can be pasted. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, OSC 52 */
export function clipboard(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
}
