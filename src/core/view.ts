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

/** A menu, in a row of its own above the buttons. */
export type SelectView = {
  /** At most 100 characters, as of a button. */
  readonly customId: string;
  /** What stands there when nothing is chosen, at most 150 characters. */
  readonly placeholder: string;
  readonly from:
    | {
        /** One of up to 25; labels have at most 100 characters. */
        readonly kind: 'choices';
        readonly choices: readonly {
          readonly value: string;
          readonly label: string;
          readonly isChosen: boolean;
        }[];
      }
    /** None to `countMax` of those that the platform knows. */
    | {
        readonly kind: 'channels' | 'roles';
        readonly chosenIds: readonly string[];
        readonly countMax: number;
      };
};

export type FileView = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Alternative text; null for files that speak for themselves. */
  readonly description: string | null;
};

export type MessageView = {
  /** Markdown, at most 2000 characters. */
  readonly text: string;
  /** Together with the rows of buttons at most five. */
  readonly selects?: readonly SelectView[];
  /** Laid out in rows of five. */
  readonly buttons: readonly ButtonView[];
  readonly files: readonly FileView[];
  /** The one person whom the message may mention; everything else in the text that looks like a mention stays text. */
  readonly mentionUserId: string | null;
  /** Does not ring. */
  readonly isSilent: boolean;
  /** More words are to come, and none of them into this message. */
  readonly isFull?: boolean;
};

export const actionButton = (label: string, customId: string): ButtonView & { kind: 'action' } => ({
  kind: 'action',
  label,
  customId,
  tone: 'neutral',
});

/** A silent message of words alone. */
export const textView = (text: string): MessageView => ({
  text,
  buttons: [],
  files: [],
  mentionUserId: null,
  isSilent: true,
});
