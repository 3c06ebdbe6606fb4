/** Where a listener is bound. `address` is an IP address, `::` for both families. */
export interface BoundAddress {
  readonly address: string;
  readonly port: number;
}

/** What operators decide about every Envoy. */
export interface EnvoySettings {
  readonly http: BoundAddress;
  readonly https: BoundAddress;
  /** Every connection begins with a PROXY header that says where it comes from; one without is closed. */
  readonly useProxyProtocol: boolean;
  /** The static cluster in the bootstrap through which an Envoy reaches this controller. */
  readonly xdsCluster: string;
  /** `re2.max_program_size.error_level`: Envoy refuses regexes whose program is larger. */
  readonly regexMaxProgramSize: number;
  /** A file, or null for no access log. */
  readonly accessLog: string | null;
}

export const defaultEnvoySettings: EnvoySettings = {
  http: { address: '0.0.0.0', port: 8080 },
  https: { address: '0.0.0.0', port: 8443 },
  useProxyProtocol: false,
  xdsCluster: 'contour',
  regexMaxProgramSize: 1000,
  accessLog: null,
};
