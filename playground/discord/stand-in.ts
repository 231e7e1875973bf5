/** Starts the stand-in for Discord. */
import type { DiscordStandIn, DiscordStandInOptions } from './contract.ts';

/** Starts a loopback Discord: REST, gateway and files on one port. */
export function createDiscordStandIn(_options: DiscordStandInOptions): Promise<DiscordStandIn> {
  return Promise.reject(new Error('not built yet'));
}
