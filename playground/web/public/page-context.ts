/** What every part of the page may use, handed down by the app. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { WorldView } from '../../discord/people.ts';
import type { Snowflake } from '../../discord/shapes.ts';
import type { About, ActionAnswers } from '../protocol.ts';
import type { MentionNames } from './markdown.ts';
import type { PageState } from './page-state.ts';
import type { Texts } from './texts.ts';
import type { Times } from './timestamps.ts';

export type Page = {
  about: About;
  state: PageState;
  world: WorldView;
  /** The language of the viewer's Discord, e.g. "zh-CN". */
  locale: string;
  texts: Texts;
  /** Times in the viewer's language. */
  times: Times;
  names: MentionNames;
  /** HTML of a message's words, still to be cleaned. */
  markdown: (source: string) => string;
  /** Does something as the viewer. `null` when it was refused; the person was told why. */
  act: <Name extends keyof ActionAnswers>(
    name: Name,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<ActionAnswers[Name] | null>;
  /** Turns something of the playground itself. */
  steer: (
    path: '/api/bot' | '/api/scenario' | '/api/fault' | '/api/credits' | '/api/clock',
    input: unknown,
  ) => Promise<void>;
  openChannel: (channelId: Snowflake) => void;
  openDirectMessage: () => Promise<void>;
  switchViewer: (viewerId: Snowflake) => void;
  switchLocale: (locale: string) => Promise<void>;
};

const PageContext = createContext<Page | null>(null);

export const PageProvider = PageContext.Provider;

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('This part of the page stands outside of the app.');
  return page;
}
