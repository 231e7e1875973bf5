/** The words of a message: cleaned HTML, live times, spoilers that open. */
import DOMPurify from 'dompurify';
import { html } from 'htm/preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { usePage } from './page-context.ts';
import type { Times } from './timestamps.ts';

const allowed = {
  ALLOWED_TAGS: [
    'p',
    'br',
    'strong',
    'em',
    'u',
    'del',
    'code',
    'pre',
    'a',
    'span',
    'ul',
    'ol',
    'li',
    'h1',
    'h2',
    'h3',
    'blockquote',
    'time',
  ],
  ALLOWED_ATTR: ['href', 'target', 'rel', 'class', 'role', 'tabindex', 'start', 'data-seconds', 'data-style'],
};

export function Words({ source }: { source: string }) {
  const { markdown, times, texts } = usePage();
  const box = useRef<HTMLDivElement>(null);
  const clean = useMemo(() => DOMPurify.sanitize(markdown(source), allowed), [markdown, source]);

  useEffect(() => {
    if (box.current === null) return undefined;
    const marks = [...box.current.querySelectorAll('time')];
    const write = (): void => {
      for (const mark of marks) writeTime(mark, times);
    };
    write();
    for (const spoiler of box.current.querySelectorAll('.spoiler'))
      spoiler.setAttribute('aria-label', texts.spoiler);
    if (marks.length === 0) return undefined;
    const timer = window.setInterval(write, 1000);
    return () => window.clearInterval(timer);
  }, [clean, times, texts]);

  return html`<div
    class="words"
    ref=${box}
    onClick=${(event: MouseEvent) => openSpoiler(event.target)}
    onKeyDown=${(event: KeyboardEvent) => {
      if (event.key === 'Enter' || event.key === ' ') openSpoiler(event.target);
    }}
    dangerouslySetInnerHTML=${{ __html: clean }}
  ></div>`;
}

function writeTime(element: HTMLTimeElement, times: Times): void {
  const seconds = Number(element.dataset['seconds']);
  element.textContent = times.mark({ seconds, style: element.dataset['style'] ?? 'f' }, Date.now());
  element.title = times.full(seconds * 1000);
}

function openSpoiler(target: EventTarget | null): void {
  const spoiler = target instanceof Element ? target.closest('.spoiler') : null;
  if (spoiler === null) return;
  spoiler.classList.add('open');
  spoiler.removeAttribute('role');
  spoiler.removeAttribute('aria-label');
}
