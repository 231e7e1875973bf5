/** Keeps the three seconds in which Discord wants a first answer, whatever keeps the store from answering. Knows no command. */
import { StoreError } from '../ports/store.ts';

/** Settles as `work` does; rejects with StoreError when that takes longer than `limitMs`. The work itself goes on. */
export const inTime = async <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new StoreError('unavailable', { message: 'The store did not answer in time.' }));
  }, limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};
