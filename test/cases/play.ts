import { expect } from 'vitest';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { createCompiler } from '../../routing/compile.ts';
import type { Graph } from '../../routing/graph/graph.ts';
import { type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import { describeWorld, type World } from './describe-world.ts';
import type { Case } from './read-case.ts';

/** What `expected.yaml` holds a document of for each step. */
export type Played = World & { readonly step: string; readonly faults?: readonly string[] };

/** Plays a case. Each of its worlds must also come out the same when built anew from the objects in reverse. */
export function play({ settings, steps }: Case): readonly Played[] {
  const compiler = createCompiler(settings, { inspectKeyPair });
  const objects = new Map<string, KubernetesObject>();
  return steps.map(({ name, changes, faults }) => {
    for (const change of changes) {
      if (change.type === 'delete') objects.delete(refKey(change.ref));
      else objects.set(refKey(refOf(change.object)), change.object);
    }
    compiler.apply(changes);
    const world = describeWorld(compiler.graph);
    expect(describeWorld(builtAnew(settings, objects)), 'the same objects in reverse').toEqual(world);
    return { step: name, ...(faults.length === 0 ? {} : { faults }), ...world };
  });
}

function builtAnew(settings: CompileSettings, objects: ReadonlyMap<string, KubernetesObject>): Graph {
  const compiler = createCompiler(settings, { inspectKeyPair });
  compiler.apply([...objects.values()].reverse().map((object) => ({ type: 'upsert', object })));
  return compiler.graph;
}
