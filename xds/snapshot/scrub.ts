const limit = 512;

/** A PEM block, also one whose end was cut off or whose newlines were escaped. */
const pem = /-----BEGIN [A-Z0-9 ]{1,64}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,64}-----|$)/g;

/** Longer runs than any name in a message needs, in both base64 alphabets; escaped newlines do not end one. */
const base64 = /(?:[A-Za-z0-9+/_=-]|\\n|\\r){41,}/g;

/** Hexadecimal and octal escapes, as a printer of raw bytes writes them. */
const escapes = /(?:\\(?:x[0-9A-Fa-f]{2}|[0-7]{3})[ -~]?){8,}/g;

const cut = (text: string): string => (text.length > limit ? `${text.slice(0, limit - 3)}...` : text);

/** No more than could matter; what a cut could split stays out, so that half a key never looks like a word. */
const searched = (message: string): string => {
  if (message.length <= 64 * 1024) return message;
  const end = message.lastIndexOf(' ', 64 * 1024);
  return message.slice(0, Math.max(end, 0));
};

/**
 * Takes everything that could be key material out of a text that an Envoy sent. Envoy quotes the whole message
 * when it refuses one by its constraints, private key included.
 * Scrubs before it cuts, so that no half of a key survives; the result is ASCII of at most 512 bytes.
 */
export const scrub = (message: string): string => {
  const clean = searched(message)
    .replace(pem, '[redacted]')
    .replace(base64, '[redacted]')
    .replace(escapes, '[redacted]');
  return cut(clean.replace(/[^\x20-\x7e]+/g, ' ').trim());
};
