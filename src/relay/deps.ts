/** What every runner of the relay is given. Types only. */
import type { Timing } from '../core/limits.ts';
import type { QuotaLimits } from '../core/quota.ts';
import type { Backend } from '../ports/backend.ts';
import type { Chat } from '../ports/chat.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Lanes } from '../ports/lanes.ts';
import type { Exclusively } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import type { Pictures } from '../ports/pictures.ts';
import type { Signals } from '../ports/signals.ts';
import type { Store } from '../ports/store.ts';
import type { Tally } from '../ports/tally.ts';

export type RelaySettings = {
  readonly timing: Timing;
  /** Pictures of one person within this time are one request. */
  readonly burstWindowMs: number;
  /** What the last picture of a burst may take to the store before another process reads it; 0 where one process does all. */
  readonly burstGraceMs: number;
  /** Channels in which dropped pictures start a video. */
  readonly dropChannels: readonly string[];
  /** For direct messages, and for servers that have not chosen their own. */
  readonly limits: QuotaLimits;
  /** Links for people. */
  readonly webUrl: string;
  /** Which part of the platform's events this process hears; null when it hears none. */
  readonly listenerId: string | null;
  /** The operator's account pays for everybody. */
  readonly hasOperatorAccount: boolean;
};

export type RelayDeps = {
  readonly chat: Chat;
  readonly backend: Backend;
  readonly store: Store;
  readonly lanes: Lanes;
  readonly signals: Signals;
  readonly exclusively: Exclusively;
  readonly pictures: Pictures;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly settings: RelaySettings;
};
