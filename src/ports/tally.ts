/** Occurrences that no other port shows, told to whoever counts them. Implemented by src/health; the rooms do not know who listens. */

/** Every method returns at once and never throws. */
export type Tally = {
  /** Something arrived or was asked for a second time and was not done again. */
  duplicateAvoided(what: 'request' | 'message' | 'instruction'): void;
  /** A view was replaced by a newer one before it was written: it never cost a request. */
  viewReplaced(): void;
};
