/** An empty value means the same as none, as it does for kubectl. */
export function filled(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

/** The namespace that is meant, or null for all. `otherwise` is what is meant where the flags do not say. */
export function scopeOf(
  flags: { readonly namespace: string | undefined; readonly 'all-namespaces': boolean },
  otherwise: string | null,
): string | null {
  return flags['all-namespaces'] ? null : (filled(flags.namespace) ?? otherwise);
}

/** -w, or the same without what is there at first. */
export function isWatch(flags: { readonly watch: boolean; readonly 'watch-only': boolean }): boolean {
  return flags.watch || flags['watch-only'];
}
