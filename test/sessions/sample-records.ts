/** Plain records, always the same. */
import { queuedTurn } from '../../src/core/turn.ts';
import type { AccountRecord, TurnRecord } from '../../src/ports/store.ts';

export const sampleTurn = (turnId: string, instruction = 'a city at night'): TurnRecord => ({
  turnId,
  threadId: 'thread-1',
  guildId: null,
  requesterId: 'person-1',
  locale: 'en',
  instruction,
  files: [],
  acceptedAtMs: 1_700_000_000_000,
  source: null,
  state: queuedTurn,
  statusMessages: [],
  before: null,
  renderId: null,
  isRenderOffered: false,
  credits: null,
});

export const sampleAccount = (accountId: string): AccountRecord => ({
  accountId,
  clientId: `client-id-of-${accountId}`,
  token: `token-of-${accountId}`,
  expiresAtMs: 1_700_000_000_000,
  userId: null,
});
