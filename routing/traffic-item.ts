/** A port of a Service, as a route names it. */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

export const answerClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
export type AnswerClass = (typeof answerClasses)[number];

/** Answers that took from `from` to `from + width` ms. */
export interface TimeBucket {
  readonly from: number;
  readonly width: number;
  readonly count: number;
}

/** What one Envoy has counted of one Service port since it started. */
export interface TrafficCount {
  /** `shop/web-v1:80` */
  readonly service: string;
  /** Final answers, whoever gave them; what was tried again and what was mirrored for a look are not among them. */
  readonly answers: Readonly<Record<AnswerClass, number>>;
  /** In ascending order, none empty. They follow the answers by up to 5 s, and lack those that Envoy gave itself. */
  readonly times: readonly TimeBucket[];
}

/** What one Envoy said when it was asked last. */
export interface EnvoyTraffic {
  /** Node id. */
  readonly envoy: string;
  /** Where it was asked. */
  readonly address: string;
  /** When, in ms since 1970. */
  readonly at: number;
  /** Where it goes back, the Envoy has begun to count anew. */
  readonly uptimeSeconds: number;
  /** Why nothing was counted, to follow the name of the Envoy in a sentence; null where all is well. */
  readonly fault: string | null;
  readonly counts: readonly TrafficCount[];
}

/** Whose requests are in the counts of a Service port: those of one route, or of every route that uses it. */
export interface TrafficScope {
  readonly service: string;
  readonly scope: 'route' | 'service';
}

export function servicePortLabel({ namespace, name, port }: ServicePort): string {
  return `${namespace}/${name}:${port}`;
}
