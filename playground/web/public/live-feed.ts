/** Follows the server's feed for one viewer, and keeps the address bar and the open channel together. */
import { useEffect, useReducer } from 'preact/hooks';
import type { Snowflake } from '../../discord/shapes.ts';
import type { About, FeedEvent } from '../protocol.ts';
import { emptyPage, type PageState, reducePage } from './page-state.ts';

/** `turn` grows when the feed has to be opened anew, e.g. because the viewer's language changed. */
export function usePageState(about: About, viewerId: Snowflake, turn: number): PageState {
  const [state, dispatch] = useReducer(reducePage, emptyPage);

  useEffect(() => {
    dispatch({ type: 'connection', connection: 'connecting' });
    // The browser comes back by itself after a cut, and the server then sends the whole world.
    const source = new EventSource(`/api/feed?viewer=${viewerId}`);
    source.addEventListener('message', (message: MessageEvent<string>) => {
      // Our own server's words, whose types these are.
      const event: FeedEvent = JSON.parse(message.data);
      dispatch({ type: 'feed', event, nowMs: Date.now() });
    });
    source.addEventListener('error', () => {
      dispatch({ type: 'connection', connection: 'lost' });
      // A refusal, not a cut: another playground runs there now, in which nobody has these ids.
      if (source.readyState === EventSource.CLOSED) window.location.reload();
    });
    return () => source.close();
  }, [viewerId, turn]);

  useEffect(() => {
    const follow = (): void => {
      const [, channelId] = /^#\/(\d+)$/u.exec(window.location.hash) ?? [];
      dispatch({ type: 'channelOpened', channelId: channelId ?? about.firstChannelId });
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [about]);

  return state;
}
