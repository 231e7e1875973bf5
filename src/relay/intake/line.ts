/** A record and its place in line, written at the same time. Must not know what a request is. */
import type { LaneEntry } from '../../ports/lanes.ts';
import type { RelayDeps } from '../deps.ts';

/**
 * In one file both are in one commit: no crash and no full disk leaves a request that is stored but in no line, which a person would
 * have been told is not saved. Rejects with StoreError.
 */
export const putInLine = async (
  { lanes }: Pick<RelayDeps, 'lanes'>,
  entry: LaneEntry,
  options: { readonly stored: Promise<void>; readonly notBeforeMs?: number },
): Promise<'added' | 'known' | 'full'> => {
  const [added] = await Promise.all([lanes.add(entry, options), options.stored]);
  return added;
};
