import type { ActionItem } from '../../routing/route-item.ts';

/** What a route does, on one line: `svc cart/web:80 90% 3/3, svc cart/next:80 10% 1/1`. */
export function actionWords(action: ActionItem): string {
  switch (action.type) {
    case 'Redirect':
      return `redirect ${action.scheme} ${action.status}`;
    case 'DirectResponse':
      return `direct ${action.status}`;
    case 'Error':
      return `${action.status} (${action.reason})`;
    case 'Forward': {
      const { backends, mirror } = action;
      const shares = backends.map(({ namespace, name, port, percent, endpoints }) => {
        const ready = endpoints === null ? '?' : `${endpoints.ready}/${endpoints.total}`;
        return `svc ${namespace}/${name}:${port} ${percent}% ${ready}`;
      });
      const copy =
        mirror === null ? [] : [`mirror ${mirror.namespace}/${mirror.name}:${mirror.port} ${mirror.percent}%`];
      return [...shares, ...copy].join(', ');
    }
  }
}
