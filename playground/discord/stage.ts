/** Puts the world and its rules together, without any network. */
import { createCommands } from './commands.ts';
import type { DiscordStandInOptions } from './contract.ts';
import { createFileShelf } from './files.ts';
import { createInteractionAnswers } from './interaction-answers.ts';
import { createInteractions, type Interactions } from './interactions.ts';
import { createMessageStore } from './message-store.ts';
import { createMessageWriter } from './message-writing.ts';
import { createModals } from './modals.ts';
import { createNonces } from './nonces.ts';
import { createOldEdits } from './old-edits.ts';
import type { People } from './people.ts';
import { createPeople } from './people-actions.ts';
import type { Stage } from './rest-route.ts';
import { createSnowflakes } from './snowflake.ts';
import { createThreads } from './threads.ts';
import { createWorld, type World } from './world.ts';
import { buildWorld } from './world-build.ts';
import { paradiseStudio } from './world-seed.ts';

/** What Discord itself does, as far as it says so. */
const defaults = {
  port: 0,
  latencyMs: 0,
  hasMessageContentIntent: true,
  uploadLimitBytes: 10 * 1024 * 1024,
  fileUrlLifeMs: 24 * 3_600_000,
  acknowledgeWithinMs: 3000,
  interactionTokenLifeMs: 15 * 60_000,
  globalRequestsPerSecond: 50,
  channelWrites: { requestsMax: 5, windowMs: 5000 },
  heartbeatIntervalMs: 41_250,
  logEntriesMax: 50_000,
  world: paradiseStudio,
} as const satisfies Partial<DiscordStandInOptions>;

export type Settings = Required<Omit<DiscordStandInOptions, 'applicationId'>> & { applicationId?: string };

export function withDefaults(options: DiscordStandInOptions): Settings {
  return { ...defaults, ...options };
}

/** Addresses that are known only when the server listens. */
export interface Addresses {
  cdnUrl: () => string;
  gatewayUrl: () => string;
  /** May change while the stand-in runs, as in Discord's developer portal. */
  hasMessageContentIntent: () => boolean;
}

function createStartingWorld({ clock, applicationId, world: seed, uploadLimitBytes }: Settings): World {
  const nextId = createSnowflakes(clock);
  const botName = seed.botName ?? 'Makevideo';
  const world = createWorld({
    clock,
    nextId,
    applicationId: applicationId ?? nextId(),
    botName,
    uploadLimitBytes,
  });
  buildWorld(world, seed);
  return world;
}

export function createStage(
  settings: Settings,
  { cdnUrl, gatewayUrl, hasMessageContentIntent }: Addresses,
): { stage: Stage; people: People; interactions: Interactions } {
  const { clock, acknowledgeWithinMs, interactionTokenLifeMs: tokenLifeMs } = settings;
  const world = createStartingWorld(settings);
  const files = createFileShelf({ world, urlLifeMs: settings.fileUrlLifeMs, cdnUrl });
  const messages = createMessageStore({ world, files });
  const threads = createThreads({ world, messages });
  const writer = createMessageWriter({ world, messages, files, threads, nonces: createNonces(clock) });
  const modals = createModals({ world });
  const interactions = createInteractions({ world, acknowledgeWithinMs, tokenLifeMs });
  const stage: Stage = {
    world,
    files,
    messages,
    threads,
    writer,
    commands: createCommands({ world }),
    answers: createInteractionAnswers({ world, messages, writer, interactions, modals }),
    hasMessageContentIntent,
    gatewayUrl,
    countOldEdit: createOldEdits(clock),
  };
  return {
    stage,
    interactions,
    people: createPeople({ ...stage, interactions, modals, acknowledgeWithinMs }),
  };
}
