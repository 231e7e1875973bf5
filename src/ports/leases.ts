/** Proofs that this process alone plays a part, such as a shard. Implemented by src/sessions. */
import type { StoreError } from './store.ts';

export type Lease = {
  /** Grows each time the lease changes hands. */
  readonly fence: number;
  /** Gives it back at once; a second call does nothing. Never rejects: what is not given back runs out by itself. */
  release(): Promise<void>;
};

export type Leases = {
  /**
   * Takes a lease and keeps it until it is released or the process ends. One that its owner does not renew runs out within seconds.
   * Rejects with StoreError: `locked` when somebody holds it (the message says who and since when), or why it could not be asked.
   * `onLost` is called at most once, when the lease can no longer be proven: whoever relied on it must stop.
   */
  take(name: string, options: { onLost: (error: StoreError) => void }): Promise<Lease>;
};

/**
 * Runs `work` while nobody else in the cluster runs any under the same name, after those who asked before.
 * Rejects with what `work` rejects with, with `signal.reason`, or with StoreError when exclusion cannot be had. `work` must be short.
 */
export type Exclusively = <T>(name: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;
