/** What the bot needs in a place before it takes a request there. */
import type { Messages } from '../core/messages/catalogue.ts';
import type { BotPermission, Place } from '../ports/chat.ts';

/** Direct messages need no permission; a thread needs only to be written in, also when it is locked. */
const neededIn: Readonly<Record<Place['kind'], readonly BotPermission[]>> = {
  channel: ['view', 'send', 'openThread', 'sendInThread'],
  thread: ['sendInThread', 'manageThreads'],
  dm: [],
  threadless: [],
};

/** The sentence about what is missing, or null. */
export const missingHere = (place: Place, messages: Messages): string | null => {
  const missing = neededIn[place.kind].filter((permission) => place.missing.includes(permission));
  if (missing.length === 0) return null;
  return messages.missingPermissions(missing.map((permission) => messages.permissionNames[permission]));
};
