import { printLive } from '../../output/canary-change.ts';
import { escapeControls } from '../../output/escape.ts';
import { percentText } from '../../services/canary/weights.ts';
import { nameOf } from '../../services/change/object-name.ts';
import type { Told } from './run-course.ts';

/** `2026-11-21T12:03:10Z  web  web-v2 5% -> 25%  live on 3/3 envoys after 41ms` */
export function runLine({ plan, proxy, outcome, action }: Told): string {
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const moved = plan.changes.flatMap(({ before, after }) =>
    after.map(({ service, percent }) => {
      const was = before.find((share) => share.service === service)?.percent ?? 0;
      return `${service} ${percentText(was)} -> ${percentText(percent)}`;
    }),
  );
  const live = printLive(outcome, null).trimEnd();
  return `${escapeControls([now, nameOf(proxy), action, moved.join(', '), live].filter((part) => part !== '').join('  '))}\n`;
}
