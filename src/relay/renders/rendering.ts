/** Which renders of a thread are not over, wherever they run: their turns are settled, so the lane of the thread no longer names them. */
import type { RenderRecord, Store, ThreadRecord } from '../../ports/store.ts';

const isOver = ({ state }: RenderRecord): boolean =>
  ['delivered', 'failed', 'cancelled'].includes(state.phase);

/** Rejects with StoreError. */
export const rendersUnderWay = async (
  store: Pick<Store, 'renders'>,
  thread: Pick<ThreadRecord, 'renderIds'>,
): Promise<readonly RenderRecord[]> => {
  const records = await Promise.all(thread.renderIds.map((renderId) => store.renders.get(renderId)));
  return records.filter((record) => record !== null).filter((record) => !isOver(record));
};
