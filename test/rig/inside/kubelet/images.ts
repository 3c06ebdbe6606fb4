import { bundledController } from './bundled.ts';
import type { Pod } from './pod.ts';

/** Where the programs are that stand in the place of images. */
export interface Programs {
  readonly node: string;
  readonly envoy: string;
  /** The folder of this repository. */
  readonly checkout: string;
  /** A folder for what is made of it. */
  readonly cache: string;
}

/** The same for somebody who runs them. */
export interface Runnable extends Programs {
  /** The folder with the controller, which is the same for all its containers, as an image is. */
  controller(): Promise<string>;
}

export function runnable(programs: Programs): Runnable {
  let made: Promise<string> | null = null;
  return {
    ...programs,
    controller() {
      // What failed is tried again.
      made ??= bundledController(programs.checkout, programs.cache).catch((error: unknown) => {
        made = null;
        throw error;
      });
      return made;
    },
  };
}

/** How an image is run here: nothing is pulled. */
export interface Image {
  /** What runs where the container says no `command`. */
  readonly entrypoint: readonly string[];
  /** Files and folders of this machine that the container sees, read only. */
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
  /** Commands on the container's PATH and the words that they stand for. */
  readonly commands: ReadonlyMap<string, readonly string[]>;
}

const node = '/image/node';

/** The only thing here that is not in Pod specs. */
const table: readonly { readonly name: RegExp; image(programs: Runnable): Promise<Image> }[] = [
  {
    name: /(^|\/)(kubectl-)?contour([:@]|$)/,
    image: async (programs) => ({
      entrypoint: ['contour'],
      mounts: [
        { from: programs.node, to: node },
        { from: await programs.controller(), to: '/image/contour' },
      ],
      commands: new Map([['contour', [node, '/image/contour/contour.js']]]),
    }),
  },
  {
    name: /(^|\/)envoy([:@]|$)/,
    image: async (programs) => ({
      entrypoint: ['envoy'],
      mounts: [{ from: programs.envoy, to: '/image/envoy' }],
      commands: new Map([['envoy', ['/image/envoy']]]),
    }),
  },
  {
    name: /(^|\/)node([:@]|$)/,
    image: async (programs) => ({
      entrypoint: ['node'],
      mounts: [{ from: programs.node, to: node }],
      commands: new Map([['node', [node]]]),
    }),
  },
];

/** Null where no such image is here. */
export async function imageOf(name: string, programs: Runnable): Promise<Image | null> {
  return (await table.find((row) => row.name.test(name))?.image(programs)) ?? null;
}

const ourNamespace = 'projectcontour';

/** Whether the rig runs the Pod as its spec says; all others run nothing, and an echo answers for them. */
export function isRun({ metadata, spec }: Pod): boolean {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const isKnown = containers.some((container) => table.some((row) => row.name.test(container.image)));
  return isKnown || metadata.namespace === ourNamespace;
}

/** The Pods that are run, in the words of kwok's selectors: two queries on a Pod, of which one finds something. */
export const runQueries: readonly string[] = [
  `.metadata | select(.namespace == "${ourNamespace}") | .namespace`,
  `.spec.containers[], (.spec.initContainers // [])[] | .image | select(${table
    .map((row) => `test(${JSON.stringify(row.name.source)})`)
    .join(' or ')})`,
];
