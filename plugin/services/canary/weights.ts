import { problemOf, type Problem } from '../change/problem.ts';
import { fitsRef, parseServiceRef, serviceLabel, type ServiceEntry, type ServiceRef } from './proxy.ts';

/** What `--weight` asks for. */
export type WeightWish =
  /** This much for the canary; the others share the rest as they do now. */
  | { readonly type: 'share'; readonly percent: number }
  /** This for each. */
  | { readonly type: 'exact'; readonly weights: readonly { readonly service: ServiceRef; readonly weight: number }[] };

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto: the sum is a uint32. */
const MOST = 4_294_967_295;

/** @param raw whether the weights may add up to anything */
export function parseWeightWish(text: string, raw: boolean): WeightWish | Problem {
  if (text.includes('=')) return parseExact(text, raw);
  const number = /^([0-9]{1,3})%?$/.exec(text)?.[1];
  const percent = Number(number ?? NaN);
  if (!(percent <= 100)) {
    return problemOf(`--weight takes a whole number from 0 to 100, or SERVICE=N for each service, not "${text}"`, [
      'Finer shares: --weight web-v1=995,web-v2=5 --raw',
    ]);
  }
  if (raw) return problemOf('--raw is about --weight SERVICE=N,…: a single number is a share of 100');
  return { type: 'share', percent };
}

function parseExact(text: string, raw: boolean): WeightWish | Problem {
  const weights: { service: ServiceRef; weight: number }[] = [];
  for (const part of text.split(',')) {
    const at = part.lastIndexOf('=');
    const service = at < 0 ? null : parseServiceRef(part.slice(0, at).trim());
    const written = part.slice(at + 1).trim();
    const most = raw ? MOST : 100;
    const weight = /^[0-9]{1,10}$/.test(written) ? Number(written) : NaN;
    if (service === null || !(weight <= most))
      return problemOf(`--weight takes SERVICE=N with a whole number N from 0 to ${most}, not "${part}"`);
    weights.push({ service, weight });
  }
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  if (sum === 0) return allZero(weights.map(({ service }) => service));
  if (sum > MOST) return problemOf(`the weights add up to ${sum}, and Envoy takes ${MOST} at most`);
  if (sum !== 100 && !raw) {
    return problemOf(`the weights add up to ${sum}, not to 100`, [
      `With --raw they are written as they are: ${percentages(weights)}`,
    ]);
  }
  return { type: 'exact', weights };
}

function allZero(services: readonly ServiceRef[]): Problem {
  const instead = services.map((service, at) => `${serviceLabel(service)}=${at === 0 ? 100 : 0}`).join(',');
  return problemOf('weights would all be 0: Contour would split evenly', [
    `Let one of them have all: --weight ${instead}`,
  ]);
}

function percentages(weights: readonly { readonly service: ServiceRef; readonly weight: number }[]): string {
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  return weights
    .map(({ service, weight }) => `${serviceLabel(service)} ${percentText((weight / total) * 100)}`)
    .join(', ');
}

/** With two digits where it is not whole: `33.33%`. */
export function percentText(percent: number): string {
  return `${Math.round(percent * 100) / 100}%`;
}

/** What Envoy makes of the weights of a group: where none is above 0, all share alike. */
export function effectiveWeights(group: readonly ServiceEntry[]): readonly number[] {
  const written = group.map(({ weight }) => Math.max(0, weight ?? 0));
  return written.some((weight) => weight > 0) ? written : written.map(() => 1);
}

export function percentsOf(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round((weight / (total || 1)) * 10_000) / 100);
}

/** New weights of a group, by its order; they add up to 100. `ratios` are those of the services beside the canary. */
export function shareOut(canary: number, percent: number, ratios: readonly number[]): readonly number[] {
  const others = ratios.map((ratio, index) => (index === canary ? 0 : ratio));
  const parts = largestRemainder(100 - percent, others);
  return parts.map((part, index) => (index === canary ? percent : part));
}

/**
 * Whole numbers in proportion to `ratios` that add up to `total`. Of equal remainders the first ones get more.
 * https://en.wikipedia.org/wiki/Quota_method#Hare_quota
 */
function largestRemainder(total: number, ratios: readonly number[]): readonly number[] {
  const sum = ratios.reduce((all, ratio) => all + ratio, 0);
  const exact = ratios.map((ratio) => (sum === 0 ? 0 : (total * ratio) / sum));
  const whole = exact.map(Math.floor);
  const missing = sum === 0 ? 0 : total - whole.reduce((all, part) => all + part, 0);
  const byRemainder = exact
    .map((part, index) => ({ index, rest: part - Math.floor(part) }))
    .toSorted((left, right) => right.rest - left.rest || left.index - right.index);
  const lucky = new Set(byRemainder.slice(0, missing).map(({ index }) => index));
  return whole.map((part, index) => (lucky.has(index) ? part + 1 : part));
}

/** New weights of a group, by its order, where the wish names each service of it once. */
export function exactWeights(
  group: readonly ServiceEntry[],
  wish: Extract<WeightWish, { type: 'exact' }>,
): readonly number[] | Problem {
  const named = (text: string): string => `${text}: the route has ${group.map(serviceLabel).join(', ')}`;
  for (const { service } of wish.weights) {
    const fitting = group.filter((each) => fitsRef(service, each));
    if (fitting.length === 0) return problemOf(named(`${serviceLabel(service)} is not there`));
    if (fitting.length > 1)
      return problemOf(named(`${serviceLabel(service)} stands for several services, add the port`));
  }
  const found = group.map((each) => wish.weights.filter(({ service }) => fitsRef(service, each)));
  const without = group.find((_, index) => found[index]?.length === 0);
  if (without !== undefined)
    return problemOf(`--weight does not name ${serviceLabel(without)}: add ${serviceLabel(without)}=0`);
  const twice = group.find((_, index) => (found[index]?.length ?? 0) > 1);
  if (twice !== undefined) return problemOf(`--weight names ${serviceLabel(twice)} twice`);
  return found.map((each) => each[0]?.weight ?? 0);
}
