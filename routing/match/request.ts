/** A request as a client sends it to an Envoy. */
export interface Request {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Host as it stands in the request: any case, with or without a port. */
  readonly authority: string;
  /** With its query, as it is sent; begins with a slash. */
  readonly path: string;
  /** In order; a name may come several times. Without `host` and pseudo-headers. */
  readonly headers: readonly RequestHeader[];
  /** The name that the TLS handshake asks for; null where it asks for none. Means nothing with `http`. */
  readonly sni: string | null;
  /** Where the request comes from, as Envoy sees it; null where that is not known. */
  readonly sourceIp: string | null;
}

export interface RequestHeader {
  readonly name: string;
  readonly value: string;
}

/** Does it ask for another protocol on its connection, a WebSocket? RFC 9110, 7.8. */
export function isUpgrade({ headers }: Pick<Request, 'headers'>): boolean {
  const tokens = valuesOf(headers, 'connection').flatMap((value) => value.split(','));
  const [upgrade = ''] = valuesOf(headers, 'upgrade');
  return upgrade !== '' && tokens.some((token) => token.trim().toLowerCase() === 'upgrade');
}

/** @param name lower case */
export function valuesOf(headers: readonly RequestHeader[], name: string): readonly string[] {
  return headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value.trim());
}
