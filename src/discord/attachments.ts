/** Files of messages, commands and forms as the port's attachments. It must not know what they are for. */
import { z } from 'zod';
import type { Attachment } from '../ports/chat.ts';
import type { Log } from '../ports/log.ts';

/** An attachment as it stands in a message (Discord docs: Attachment object). */
export const attachmentShape = z.object({
  id: z.string(),
  filename: z.string(),
  url: z.string(),
  size: z.number(),
  content_type: z.string().nullish(),
});

export type RawAttachment = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly size: number;
  readonly contentType: string | null;
};

export type ReadAttachments = (
  files: Iterable<RawAttachment>,
  from: Attachment['from'],
) => readonly Attachment[];

const isFrom = (url: string, hosts: readonly string[]): boolean => {
  const address = URL.parse(url);
  return address !== null && (hosts.includes(address.host) || hosts.includes(address.hostname));
};

/**
 * Takes files whose address is on one of `hosts`, and no others: an address goes to the backend and is fetched, so it must never
 * be one that somebody chose.
 */
export const createReadAttachments =
  (hosts: readonly string[], log: Log): ReadAttachments =>
  (files, from) => {
    const all = [...files];
    const trusted = all.filter((file) => isFrom(file.url, hosts));
    if (trusted.length < all.length) {
      log.warn({ count: all.length - trusted.length }, 'left out files from hosts that are not allowed');
    }
    return trusted.map((file) => ({
      id: file.id,
      name: file.name,
      url: file.url,
      sizeBytes: file.size,
      contentType: file.contentType,
      from,
    }));
  };
