/** A Service manifest. */
export function service(name: string, port = 80, namespace = 'shop'): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  ports:
  - port: ${port}
`;
}

/** An HTTPProxy manifest with one route to each of `services`. */
export function proxy(name: string, services: readonly string[], namespace = 'shop'): string {
  const routes = services.map(
    (each) => `  - conditions:\n    - prefix: /${each}\n    services:\n    - name: ${each}\n      port: 80\n`,
  );
  return `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  virtualhost:
    fqdn: ${name}.example.com
  routes:
${routes.join('')}`;
}

export function stream(...documents: readonly string[]): string {
  return documents.join('---\n');
}
