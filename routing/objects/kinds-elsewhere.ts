/** Groups whose objects often stand in the same files and are none of our business. */
const groups: ReadonlySet<string> = new Set([
  'acme.cert-manager.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'argoproj.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'cert-manager.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'helm.toolkit.fluxcd.io',
  'kustomize.config.k8s.io',
  'kustomize.toolkit.fluxcd.io',
  'monitoring.coreos.com',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** Kinds of groups from which other kinds are read: anything else there is a surprise. */
const kinds: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    '',
    new Set([
      'Binding',
      'ComponentStatus',
      'ConfigMap',
      'Event',
      'LimitRange',
      'List',
      'Node',
      'PersistentVolume',
      'PersistentVolumeClaim',
      'Pod',
      'PodTemplate',
      'ReplicationController',
      'ResourceQuota',
      'ServiceAccount',
    ]),
  ],
  ['networking.k8s.io', new Set(['IPAddress', 'IngressClass', 'NetworkPolicy', 'ServiceCIDR'])],
]);

/** Is this a kind that everyone knows and that has nothing to do with routing here? */
export function isElsewhere(group: string, kind: string): boolean {
  return groups.has(group) || kinds.get(group)?.has(kind) === true;
}
