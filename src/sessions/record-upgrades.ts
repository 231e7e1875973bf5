/** How records of older versions become newer ones, step by step. Plain JSON in, plain JSON out; a released step is never edited. */
import { z } from 'zod';

/** Brings a stored record of one version to the next; gets and returns plain JSON without the version number. */
export type Upgrade = (older: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

const firstState = z.looseObject({ hasExamples: z.boolean() });

/** Version 1 had only three examples to offer. What does not even look like a state is left for the schema to refuse. */
const withChoices = (state: unknown): unknown => {
  const read = firstState.safeParse(state);
  if (!read.success) return state;
  const { hasExamples, ...rest } = read.data;
  return { ...rest, choices: hasExamples ? 'examples' : 'none' };
};

/** Before a thread knew its renders and the request that it was asked back about. */
export const threadUpgrades: readonly Upgrade[] = [
  (older) => ({ ...older, renderIds: [], vagueTurnId: null }),
];

/** Before servers could ask for renders on request, and before anybody was told what a turn took. */
export const turnUpgrades: readonly Upgrade[] = [
  (older) => ({ ...older, state: withChoices(older['state']), isRenderOffered: false, credits: null }),
];

/** Before a render knew whether a process had begun it: to be safe, each counts as begun. */
export const renderUpgrades: readonly Upgrade[] = [(older) => ({ ...older, isBegun: true })];
