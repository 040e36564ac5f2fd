/** So many at once, and so many who wait for their turn. */
export interface Turns {
  /** Resolves with what gives the turn back; undefined if too many wait already. */
  take(): Promise<() => void> | undefined;
}

export function turns(atOnce: number, mostWaiting: number): Turns {
  const waiting: ((free: () => void) => void)[] = [];
  let running = 0;
  const free = (): (() => void) => {
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      const next = waiting.shift();
      if (next === undefined) running--;
      else next(free());
    };
  };
  return {
    take() {
      if (running < atOnce) {
        running++;
        return Promise.resolve(free());
      }
      return waiting.length < mostWaiting ? new Promise((resolve) => waiting.push(resolve)) : undefined;
    },
  };
}
