import type { LogEntry } from '../services/canary-watch/follow-log.ts';
import type { Moment, Reached } from '../services/canary-watch/moment.ts';
import { watchItem, type CanaryWatchEvent } from '../services/canary-watch/report.ts';
import { percentText } from '../services/canary/weights.ts';
import { escapeControls } from './escape.ts';

/** `12:03:10 web-v2 10%->20% envoys 3/3 5xx 0.2% p99 95ms` */
export function printLogEntry({ before, now }: LogEntry, at: Date): string {
  const parts = [clockText(at), movedText(before, now), reachedText(now.reached), trafficText(now)];
  return `${escapeControls(parts.filter((part) => part !== '').join(' '))}\n`;
}

export function logEvent({ before, now }: LogEntry): CanaryWatchEvent {
  const type = now.gone ? 'DELETED' : before === null ? 'ADDED' : 'MODIFIED';
  return { type, object: watchItem(now) };
}

/** Of this machine, as the clock on its wall. */
export function clockText(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function movedText(before: Moment | null, now: Moment): string {
  if (now.gone) return `${now.item.object.name} was deleted`;
  const [was, canary] = [before?.subject?.canary ?? null, now.subject?.canary ?? null];
  // An abort takes out what a start has put in.
  if (canary === null && was !== null) return `${was.name} ${percentText(was.percent)}->0%`;
  if (canary === null) return (now.subject?.services ?? []).map(shareText).join(' ');
  if (was === null || was.percent === canary.percent) return `${canary.name} ${percentText(canary.percent)}`;
  return `${canary.name} ${percentText(was.percent)}->${percentText(canary.percent)}`;
}

function shareText({ service, percent }: { readonly service: string; readonly percent: number }): string {
  return `${service} ${percentText(percent)}`;
}

/** `envoys 3/3` */
export function reachedText(reached: Reached): string {
  switch (reached.type) {
    case 'served':
      return reached.of === 0 ? 'no Envoy is connected' : `envoys ${reached.envoys}/${reached.of}`;
    case 'old':
      return 'not served yet';
    case 'absent':
      return 'not served';
    case 'invalid':
      return `invalid: ${reached.reasons.join('; ')}`;
    case 'untold':
      return 'envoys ?';
    case 'unheard':
      return `envoys ? (${reached.reason})`;
  }
}

function trafficText({ traffic, subject }: Moment): string {
  if (traffic.type === 'unavailable') return '';
  const canary = subject?.canary?.service;
  const sample = traffic.samples.find(({ service }) => service === canary);
  if (sample === undefined) return '';
  const p99 = sample.p99 === null ? '' : ` p99 ${Math.round(sample.p99)}ms`;
  return `5xx ${sample.classes['5xx'].toFixed(1)}%${p99}`;
}
