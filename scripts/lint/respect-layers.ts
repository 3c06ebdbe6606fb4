import { isBuiltin } from 'node:module';
import path from 'node:path';
import { layers, type Layer } from './layers.ts';
import type { Rule, SyntaxNode } from './rule.ts';

/** Refuses an import that the table of layers does not list, whether static, dynamic or of a type. */
export const respectLayers: Rule = {
  create(context) {
    const file = path.relative(context.cwd, context.filename);
    const layer = layerOf(file);
    if (layer === null) return {};
    const check = (node: SyntaxNode, source: SyntaxNode | null | undefined) => {
      if (source === null || source === undefined) return;
      const refusal =
        typeof source.value === 'string' ? refuse(layer, file, source.value) : 'An import names its module literally.';
      if (refusal !== null) context.report({ node, message: refusal });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument),
    };
  },
};

function layerOf(file: string): Layer | null {
  const holding = layers.filter(({ place }) => isWithin(file, place));
  return holding.reduce<Layer | null>(
    (best, layer) => (best === null || layer.place.length > best.place.length ? layer : best),
    null,
  );
}

function refuse(layer: Layer, file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return refuseFile(layer, path.join(path.dirname(file), specifier));
  if (isBuiltin(specifier)) return layer.node ? null : `${layer.place}/ is pure and may not import ${specifier}.`;
  const name = packageOf(specifier);
  return layer.packages.includes(name) ? null : `${layer.place}/ may not import the package ${name}.`;
}

function refuseFile(layer: Layer, target: string): string | null {
  const room = layerOf(target)?.place;
  const allowed = room === layer.place || layer.imports.some((place) => place === target || place === room);
  return allowed ? null : `${layer.place}/ may not import ${target}.`;
}

function isWithin(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}

/** `@scope/name/deep/file.js` is of the package `@scope/name`. */
function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
