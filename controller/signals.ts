const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface EndRequest {
  /** Resolves with the exit code of whichever signal came first. */
  readonly end: Promise<number>;
  forget(): void;
}

/** Listens for the person or the system who wants this to end. `signals` is `process`, or what stands for it. */
export function awaitEnd(signals: NodeJS.EventEmitter): EndRequest {
  const offs: (() => void)[] = [];
  const end = new Promise<number>((resolve) => {
    for (const [signal, code] of Object.entries(exitCodes)) {
      const listener = (): void => resolve(code);
      signals.on(signal, listener);
      offs.push(() => signals.off(signal, listener));
    }
  });
  return { end, forget: () => offs.forEach((off) => off()) };
}
