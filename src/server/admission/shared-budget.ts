/**
 * A quantity of which the whole server has only so much: bytes of bodies that are being read, pixels that are being decoded. A
 * limit a request would be multiplied by the number of requests.
 */
export interface SharedBudget {
  /** Takes it if it is there. */
  tryTake(amount: number): boolean;
  give(amount: number): void;
  /** Waits for it, first come first served; call the result to give it back. More than there is at all counts as all of it. */
  take(amount: number, signal?: AbortSignal): Promise<() => void>;
  readonly taken: number;
}

export function createSharedBudget(total: number): SharedBudget {
  const waiters: { amount: number; enter: () => void }[] = [];
  let taken = 0;

  const admit = () => {
    while (waiters[0] && taken + waiters[0].amount <= total) {
      const { amount, enter } = waiters.shift()!;
      taken += amount;
      enter();
    }
  };
  const give = (amount: number) => {
    taken -= amount;
    admit();
  };

  return {
    get taken() {
      return taken;
    },
    tryTake(amount) {
      if (taken + amount > total) return false;
      taken += amount;
      return true;
    },
    give,
    async take(wanted, signal) {
      signal?.throwIfAborted();
      const amount = Math.min(wanted, total);
      await new Promise<void>((resolve, reject) => {
        const waiter = {
          amount,
          enter: () => {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        const leave = () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          reject(signal?.reason);
          admit();
        };
        waiters.push(waiter);
        signal?.addEventListener('abort', leave, { once: true });
        admit();
      });
      let held = true;
      return () => {
        if (held) give(amount);
        held = false;
      };
    },
  };
}
