import type { Writable } from 'node:stream';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
export type LogFormat = 'text' | 'json';

/** Fields are names and counts; no Secret's bytes ever go here. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

export interface LogOptions {
  readonly format: LogFormat;
  /** Lines of level debug are dropped unless this is set. */
  readonly debug: boolean;
  readonly out: Writable;
  readonly now: () => Date;
}

/** Quoted where it is more than one word; control characters are always escaped. */
function textValue(value: string | number | boolean): string {
  const text = String(value);
  return /^[\w./:*@+~-]+$/.test(text) ? text : JSON.stringify(text);
}

function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${textValue(value)}`);
  return `time="${time}" level=${level} msg=${JSON.stringify(message)}${rest.join('')}\n`;
}

/** One line an event, in Contour's two formats. */
export function createLog({ format, debug, out, now }: LogOptions): Log {
  // A closed stderr is no reason to stop serving.
  out.on('error', () => {});
  return (level, message, fields = {}) => {
    if (level === 'debug' && !debug) return;
    const time = now().toISOString();
    out.write(
      format === 'json'
        ? `${JSON.stringify({ time, level, msg: message, ...fields })}\n`
        : textLine(time, level, message, fields),
    );
  };
}
