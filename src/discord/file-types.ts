/** Which files Discord's picker offers. A courtesy to people: the files themselves are judged elsewhere, by content. */
import type { APIFileUploadComponent } from 'discord.js';

/**
 * Discord's groups and the extensions that they leave out; at most ten entries (Discord docs: Reference, File Type Filtering).
 * The image group has no HEIC.
 */
export const acceptedFileTypes: NonNullable<APIFileUploadComponent['file_types']> = [
  'image',
  'video',
  'audio',
  '.heic',
  '.heif',
  '.avi',
  '.mkv',
  '.m4a',
  '.aac',
];
