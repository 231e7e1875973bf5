/** Faults that tests and the playground ask for. It must not know routes; it only matches method and path. */
import type { FaultEffect, Faults } from './contract.ts';

interface Waiting {
  method: string | undefined;
  route: RegExp;
  isUpload: boolean;
  left: number;
  hits: number;
  effect: FaultEffect;
}

export interface RequestFaults {
  next: Faults['next'];
  clear: () => void;
  /** The effect for this request, used up by it. */
  take(request: { method: string; path: string; isUpload: boolean }): FaultEffect | null;
}

export function createRequestFaults(): RequestFaults {
  const waiting = new Set<Waiting>();
  return {
    next({ method, route, isUpload = false, times = 1, effect }) {
      const fault: Waiting = { method, route, isUpload, left: times, hits: 0, effect };
      waiting.add(fault);
      return { hits: () => fault.hits, remove: () => void waiting.delete(fault) };
    },
    clear: () => waiting.clear(),
    take({ method, path, isUpload }) {
      for (const fault of waiting) {
        // A copy without state: a "g" or "y" expression would remember its last place.
        const matches = new RegExp(fault.route.source, fault.route.flags.replaceAll(/[gy]/g, '')).test(path);
        if (!matches || (fault.isUpload && !isUpload)) continue;
        if (fault.method !== undefined && fault.method !== method) continue;
        fault.hits += 1;
        fault.left -= 1;
        if (fault.left <= 0) waiting.delete(fault);
        return fault.effect;
      }
      return null;
    },
  };
}
