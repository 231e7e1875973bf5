/** A message as plain data, free of any chat platform. Pure. */

export type ButtonView =
  | {
      readonly kind: 'action';
      readonly label: string;
      /** At most 100 characters; carries what is needed to act after a restart. */
      readonly customId: string;
      readonly tone: 'primary' | 'neutral' | 'danger';
    }
  | { readonly kind: 'link'; readonly label: string; readonly url: string };

export type FileView = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Alternative text; null for files that speak for themselves. */
  readonly description: string | null;
};

export type MessageView = {
  /** Markdown, at most 2000 characters. */
  readonly text: string;
  /** Laid out in rows of five. */
  readonly buttons: readonly ButtonView[];
  readonly files: readonly FileView[];
  /** The one person whom the message may mention; everything else in the text that looks like a mention stays text. */
  readonly mentionUserId: string | null;
  /** Does not ring. */
  readonly isSilent: boolean;
};

/** A silent message of words alone. */
export const textView = (text: string): MessageView => ({
  text,
  buttons: [],
  files: [],
  mentionUserId: null,
  isSilent: true,
});
