// The build puts a check of Node's version in front, which an older Node would not reach past a static import.
await import('./start.ts');

export {};
