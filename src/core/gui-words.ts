/** What the chat can offer in place of buttons and panels, and how the talk of them is found. Types only. */

/** What the chat can do in place of a click. */
export type GuiOffer = 'export' | 'status' | 'credits' | 'change' | 'upload';

export type GuiWords = {
  /** A whole sentence each, and none of them GUI talk. */
  readonly offers: Readonly<Record<GuiOffer, string>>;
  /** What the agent's tools are called: "the editing tools". */
  readonly tools: string;
};

export type GuiPhrase = { readonly offer: GuiOffer | 'byTarget'; readonly pattern: RegExp };
