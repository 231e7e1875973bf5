/** Modals that are open in front of people. It must not know how they are filled in. */
import type { Interaction } from './interactions.ts';
import type { ModalView } from './people.ts';
import { refusal } from './refusal.ts';
import type { ModalRow, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** An open modal, and the message from whose component it came. */
export interface OpenModal {
  view: ModalView;
  sourceId: Snowflake | null;
}

export interface Modals {
  open(interaction: Interaction, modal: { customId: string; title: string; rows: ModalRow[] }): void;
  /** The modal, if this person has it open; 10008 otherwise. */
  get(userId: Snowflake, modalId: Snowflake): OpenModal;
  close(modalId: Snowflake): void;
  of(userId: Snowflake): ModalView[];
}

export function createModals({ world }: { world: World }): Modals {
  // A person has one modal open at a time: a newer one takes the place of the older.
  const openOf = new Map<Snowflake, OpenModal>();
  const close = ({ view }: OpenModal) => {
    openOf.delete(view.userId);
    world.announce({
      type: 'modalClosed',
      channelId: view.channelId,
      modalId: view.modalId,
      onlyFor: view.userId,
    });
  };
  return {
    open({ userId, channelId, sourceId }, modal) {
      const older = openOf.get(userId);
      if (older !== undefined) close(older);
      const view: ModalView = { modalId: world.nextId(), userId, channelId, ...modal };
      openOf.set(userId, { view, sourceId });
      world.announce({ type: 'modalOpened', channelId, modal: view, onlyFor: userId });
    },
    get(userId, modalId) {
      const modal = openOf.get(userId);
      if (modal === undefined || modal.view.modalId !== modalId) throw refusal(10008);
      return modal;
    },
    close(modalId) {
      for (const modal of openOf.values()) if (modal.view.modalId === modalId) close(modal);
    },
    of: (userId) => [openOf.get(userId)?.view ?? []].flat(),
  };
}
