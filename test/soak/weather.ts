/** What may go wrong in a soak, by the names that the stand-ins give it. Knows no story. */
import { createFaultDesk } from '../../playground/discord/fault-desk.ts';
import type { House } from '../e2e/house.ts';

/** Faults of the backend for one turn, and its odd but healthy shapes. */
const backendFaults = Object.values({
  silence: ['silent edit', 'silent and unchanged', 'late write', 'two stages', 'empty body'],
  errors: ['error event', 'error event at once', 'error code then success', 'max tokens', 'tool error'],
  cuts: ['reset before headers', 'reset though accepted', 'cut, changed later', 'cut, never changed'],
  moreCuts: ['cut between events', 'cut after the write', 'cut before a word', 'heartbeats only'],
  shapes: [
    'long answer',
    'huge answer',
    'adk events',
    'whole events',
    'flat events',
    'python events',
    'crlf',
  ],
  odd: [
    'one byte a write',
    'comments between',
    'confirmation asked',
    'hostile draft',
    'pause of three minutes',
  ],
  refusals: [
    'message 429 once',
    'message 500',
    'message 502 page',
    'session lost',
    'credits 500',
    'state 500',
  ],
  polls: ['poll 502 then fine', 'poll reset then fine', 'completed without url first', 'shape B'],
  renders: [
    'render failed once',
    'render failed always',
    'film gone',
    'render answer lost',
    'render submit 500',
  ],
}).flat();

/** Faults of Discord that pass by themselves: whoever is asked again gives the same answer as always. */
const discordFaults = Object.values({
  writes: ['rate limited', '500 after create', 'answer lost', '503', 'file too large'],
  gateway: ['gateway drop', 'gateway drop, session lost', 'gateway asks to reconnect'],
}).flat();

/** Faults come by chance: the backend's in two of three turns, Discord's in one of three. */
export const createWeather = (house: House, chance: () => number) => {
  const desk = createFaultDesk({ faults: house.discord.faults, people: house.discord.people });
  const oneOf = (names: readonly string[]): string => names[Math.floor(chance() * names.length)] ?? '';
  return {
    /** Before a turn; tells what it did. */
    change: (): readonly string[] => {
      const backend = chance() < 2 / 3 ? oneOf(backendFaults) : null;
      const discord = chance() < 1 / 3 ? oneOf(discordFaults) : null;
      if (backend !== null) house.nemo.scenarios.use(backend, { for: 'next turn' });
      if (discord !== null) desk.use(discord, 'next turn');
      return [backend, discord].filter((name) => name !== null);
    },
    clear: (): void => {
      desk.clear();
      house.nemo.scenarios.use('default', { for: 'everything' });
    },
  };
};
