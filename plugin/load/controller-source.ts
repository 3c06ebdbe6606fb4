import { findSpec } from '../command-line/catalogue.ts';
import { CommandFailure } from '../failure.ts';
import type { Source } from '../source.ts';
import { askController, followController } from './controller.ts';
import { type Endpoint, HttpFailure } from './http.ts';
import { createPauses } from './reconnect.ts';

/** A controller at an address that people have named. `command` is how they call what they run: `routes`. */
export function controllerSource(base: URL, program: string, command: string): Source {
  const readsFiles = findSpec(command)?.flags.some(({ name }) => name === 'filename') === true;
  const endpoint: Endpoint = { url: base, name: base.href, dial: null };
  const unanswered = (noun: string, failure: HttpFailure): CommandFailure =>
    new CommandFailure(
      `no ${noun}: the controller at ${base.href} ${failure.message}`,
      [
        `Start a controller with: contour dev -f DIR`,
        ...(readsFiles ? [`Read files without one:  ${program} ${command} -f DIR`] : []),
        `Ask another controller:  --debug-url URL or KUBECTL_CONTOUR_DEBUG_URL`,
      ],
      { cause: failure },
    );
  return {
    defaultNamespace: null,
    select: null,
    async ask(question) {
      try {
        return await askController(endpoint, question);
      } catch (error) {
        throw error instanceof HttpFailure ? unanswered(question.noun, error) : error;
      }
    },
    async follow(question, sink, warn, signal) {
      const pauses = createPauses(signal);
      const state = { heard: false, lost: false };
      while (!signal.aborted) {
        const end = await followController(endpoint, question, signal, (report) => {
          Object.assign(state, { heard: true, lost: false });
          pauses.reset();
          sink(report);
        });
        if (signal.aborted) return;
        if (!state.heard) throw unanswered(question.noun, end);
        if (!state.lost) warn(`${base.href} ${end.message}; trying again until it is back.`);
        state.lost = true;
        await pauses.next();
      }
    },
    close: async () => {},
  };
}
