/** Words that some reader of YAML takes for nothing or for a truth. https://yaml.org/type/bool.html */
const WORDS = new Set(['null', 'true', 'false', 't', 'f', 'y', 'n', 'yes', 'no', 'on', 'off']);

/** Would some reader of YAML take it, without quotes, for something else than text? */
export function isAmbiguous(word: string): boolean {
  return WORDS.has(word.toLowerCase()) || isNumber(word.replaceAll('_', '')) || isDate(word);
}

/** Of any size, since what is too large for one reader is a number to another. */
function isNumber(text: string): boolean {
  if (/^0(?:b[01]+|o[0-7]+|x[0-9a-f]+)$/i.test(text)) return true;
  if (/^0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)p[+-]?\d+$/i.test(text)) return true;
  return /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) || /^(?:nan|inf|infinity)$/i.test(text);
}

/** https://yaml.org/type/timestamp.html, of which only a date alone could be a key without quotes. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
