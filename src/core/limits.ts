/** Every number that bounds a wait or a size, with its unit and its source. Those that operators may change are in config.ts. Pure. */

/** The times of a turn and a render. Defaults are the seed's; tests pass shorter ones through the environment. */
export type Timing = {
  /** "⏳ Still working..." (seed: every 2 minutes). */
  readonly noticeIntervalMs: number;
  /** First look at the state after a broken stream (nemo-api §4.4: 30 s). */
  readonly reconcileFirstMs: number;
  /** Between further looks (nemo-api §4.4: 60 s). */
  readonly reconcileIntervalMs: number;
  /** A stream in all (seed: 15 minutes). */
  readonly streamMaxMs: number;
  /** A stream of heartbeats alone (nemo-api §4.3: 10 minutes). */
  readonly streamQuietMaxMs: number;
  /** Between two polls of a render (seed: 30 s). */
  readonly renderPollIntervalMs: number;
};

/** Looks at the state after a broken stream (nemo-api §4.4: five queries). */
export const brokenLooksMax = 5;

/** Looks after a clean end without words: the write may come late (nemo-api §15 row 6). */
export const silentLooksMax = 3;
export const silentLookIntervalMs = 3_000;

/** Polls of a render at the quick pace (nemo-api §8.2: ten); then it goes on at the slower one. */
export const renderQuickPollsMax = 10;
/** How much slower: 30 s becomes 2 min. */
export const renderSlowPollFactor = 4;
/** A render that is still not there after this many polls is given up: about 24 hours at the slow pace. */
export const renderPollsMax = 720;

/** A failed render is tried once more under a new id (nemo-api §8.2). */
export const renderAttemptsMax = 2;

/** Times that a render is begun while the backend is out of reach, a poll's pause apart: two minutes at the seed's pace. */
export const renderSubmitTriesMax = 5;

/** Videos in memory at once, each up to what Discord takes as a file and once more while it is sent; the others wait. */
export const filmsAtOnceMax = 8;

/** An instruction as the person may write it. Discord takes 6000 characters in a command option and 4000 in a message. */
export const instructionLengthMax = 6_000;

/** Files of one request. */
export const filesMax = 20;

/** Discord's limit for the text of a message, in UTF-16 units (discord-facts §2). */
export const messageLengthMax = 2_000;

/** Parts of one answer; what is beyond comes as a text file. */
export const messagePartsMax = 5;

/** What an edit takes, about (nemo-api §6.1); a generated clip takes twice that. */
export const editCostCredits = 50;
