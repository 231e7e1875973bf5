/** Faults that tests and the playground ask for. It must not know routes; it only matches method and path. */
import type { FaultEffect, InjectedFault } from './contract.ts';

interface Waiting {
  method: string | undefined;
  route: RegExp;
  left: number;
  hits: number;
  effect: FaultEffect;
}

export interface RequestFaults {
  next: (fault: { method?: string; route: RegExp; times?: number; effect: FaultEffect }) => InjectedFault;
  clear: () => void;
  /** The effect for this request, used up by it. */
  take(method: string, path: string): FaultEffect | null;
}

export function createRequestFaults(): RequestFaults {
  const waiting = new Set<Waiting>();
  return {
    next({ method, route, times = 1, effect }) {
      const fault: Waiting = { method, route, left: times, hits: 0, effect };
      waiting.add(fault);
      return { hits: () => fault.hits, remove: () => void waiting.delete(fault) };
    },
    clear: () => waiting.clear(),
    take(method, path) {
      for (const fault of waiting) {
        // A copy without state: a "g" or "y" expression would remember its last place.
        const matches = new RegExp(fault.route.source, fault.route.flags.replaceAll(/[gy]/g, '')).test(path);
        if (!matches || (fault.method !== undefined && fault.method !== method)) continue;
        fault.hits += 1;
        fault.left -= 1;
        if (fault.left <= 0) waiting.delete(fault);
        return fault.effect;
      }
      return null;
    },
  };
}
