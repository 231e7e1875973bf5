/** Short words between the processes of one cluster. Implemented by src/sessions. */

/**
 * `wish`: somebody wants something of this turn; what, is in the store.
 * `queued`: a turn was put behind others of its thread.
 */
export type Signal =
  | { readonly kind: 'wish'; readonly turnId: string; readonly threadId: string }
  | { readonly kind: 'queued'; readonly threadId: string };

/**
 * Fast and forgetful: a process that is not connected at that moment never hears of it. What must not be lost is stored as well.
 * Every process hears every signal, its sender too.
 */
export type Signals = {
  /** Resolves when the signal is on its way to everybody who listens; rejects with StoreError when it is not. */
  send(signal: Signal): Promise<void>;
  /** Returns what ends the listening. Listeners must not throw. */
  onSignal(listener: (signal: Signal) => void): () => void;
};
