/** Speaks for screen readers: new messages at once, live edits when they rest, and only what was added. */
import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Message, Snowflake } from '../../discord/shapes.ts';
import { nameOf } from './names.ts';
import { usePage } from './page-context.ts';
import { addition, plainText } from './plain-text.ts';

/** The bot's words grow every second; nobody can listen to each step. */
const restMs = 2500;
const lengthMax = 600;
const rememberedMax = 50;

export function Announcer() {
  const { state, texts } = usePage();
  const [words, setWords] = useState('');
  const said = useRef<ReadonlyMap<Snowflake, string>>(new Map());
  const { latest } = state;
  useEffect(() => {
    if (latest === null) return undefined;
    const say = (): void => {
      const text = plainText(latest.content, lengthMax);
      const news = addition(said.current.get(latest.id) ?? '', text);
      said.current = new Map([...said.current, [latest.id, text] as const].slice(-rememberedMax));
      if (news !== '') setWords(texts.newMessageFrom(nameOf(latest.author), news));
    };
    const timer = window.setTimeout(say, isNew(latest) ? 0 : restMs);
    return () => window.clearTimeout(timer);
  }, [latest, texts]);
  return html`<p class="unseen" role="status" aria-live="polite">${words}</p>`;
}

const isNew = (message: Message): boolean => message.edited_timestamp === null;
