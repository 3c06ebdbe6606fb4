/** A time as the API server takes it of leases and events: with six digits of a second, and no fewer. */
export function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}
