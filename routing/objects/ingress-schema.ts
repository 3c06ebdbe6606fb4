import { envelope } from './metadata.ts';
import type { Schema } from './schema.ts';

const backend = {
  type: 'object',
  nulls: 'absent',
  properties: {
    service: {
      type: 'object',
      nulls: 'absent',
      required: ['name', 'port'],
      properties: {
        name: { type: 'string', minLength: 1 },
        port: {
          type: 'object',
          nulls: 'absent',
          properties: {
            name: { type: 'string' },
            number: { type: 'integer', minimum: 0, maximum: 65535 },
          },
        },
      },
    },
    resource: { type: 'any' },
  },
} as const satisfies Schema;

const path = {
  type: 'object',
  nulls: 'absent',
  required: ['pathType', 'backend'],
  properties: {
    path: { type: 'string' },
    pathType: { type: 'string', enum: ['Exact', 'Prefix', 'ImplementationSpecific'] },
    backend,
  },
} as const satisfies Schema;

const rule = {
  type: 'object',
  nulls: 'absent',
  properties: {
    host: { type: 'string', pattern: 'fqdn-or-empty' },
    http: {
      type: 'object',
      nulls: 'absent',
      required: ['paths'],
      properties: { paths: { type: 'array', items: path } },
    },
  },
} as const satisfies Schema;

const tls = {
  type: 'object',
  nulls: 'absent',
  properties: {
    hosts: { type: 'array', items: { type: 'string' } },
    secretName: { type: 'string' },
  },
} as const satisfies Schema;

/** https://kubernetes.io/docs/reference/kubernetes-api/networking/ingress-v1/ */
export const ingressSchema = {
  type: 'object',
  nulls: 'absent',
  required: ['metadata'],
  properties: {
    ...envelope,
    spec: {
      type: 'object',
      nulls: 'absent',
      properties: {
        ingressClassName: { type: 'string' },
        defaultBackend: backend,
        rules: { type: 'array', items: rule },
        tls: { type: 'array', items: tls },
      },
    },
    status: { type: 'any' },
  },
} as const satisfies Schema;
