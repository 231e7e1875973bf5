/** A map that forgets its oldest entries. Pure data; it must not know what is kept in it. */

export type BoundedMap<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
};

/** At most `sizeMax` entries; writing an entry makes it the newest, and the oldest one goes. */
export const createBoundedMap = <V>(sizeMax: number): BoundedMap<V> => {
  const entries = new Map<string, V>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.keys().next();
      if (entries.size > sizeMax && !oldest.done) entries.delete(oldest.value);
    },
  };
};
