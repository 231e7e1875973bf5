/** Speaks for screen readers: new messages at once, live edits when they rest, and only what was added. */
import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Message, Snowflake } from '../../discord/shapes.ts';
import { nameOf } from './names.ts';
import { usePage } from './page-context.ts';
import { addedLines, plainText, shorten } from './plain-text.ts';

/** The bot's words grow every second; nobody can listen to each step. */
const restMs = 2500;
const lengthMax = 600;
const rememberedMax = 50;

export function Announcer() {
  const { state, texts, names } = usePage();
  const [words, setWords] = useState('');
  const said = useRef<ReadonlyMap<Snowflake, string>>(new Map());
  const { latest } = state;
  useEffect(() => {
    if (latest === null) return undefined;
    const say = (): void => {
      const news = plainText(addedLines(said.current.get(latest.id) ?? '', latest.content), names);
      said.current = new Map([...said.current, [latest.id, latest.content] as const].slice(-rememberedMax));
      if (news !== '') setWords(texts.newMessageFrom(nameOf(latest.author), shorten(news, lengthMax)));
    };
    const timer = window.setTimeout(say, isNew(latest) ? 0 : restMs);
    return () => window.clearTimeout(timer);
  }, [latest, texts, names]);
  return html`<p class="unseen" role="status" aria-live="polite">${words}</p>`;
}

const isNew = (message: Message): boolean => message.edited_timestamp === null;
