/** What is left in each account of the NemoVideo stand-in, to be changed by hand. It must not know who pays for what. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { AccountView } from '../protocol.ts';
import { valueIn } from './controls.ts';
import { usePage } from './page-context.ts';

export function Credits({ accounts }: { accounts: readonly AccountView[] }) {
  const { texts } = usePage();
  return html`<fieldset class="credits">
    <legend>${texts.credits}</legend>
    ${accounts.map((account) => html`<${Balance} key=${account.userId} account=${account} />`)}
  </fieldset>`;
}

/** The number is set when it is complete: at Enter, or when the field is left. News of the account overwrites nobody's typing. */
function Balance({ account }: { account: AccountView }) {
  const { texts, steer } = usePage();
  const { userId, kind, available, frozen } = account;
  const [typed, setTyped] = useState<string | null>(null);
  const type = (event: Event): void => setTyped(valueIn(event));
  const set = (event: Event): void => {
    setTyped(null);
    const wanted = Number(valueIn(event));
    if (Number.isInteger(wanted) && wanted >= 0) void steer('/api/credits', { userId, available: wanted });
  };
  return html`<label>
    <span>${texts.creditsOf(kind, userId)}</span>
    <input
      type="number" min="0" max="1000000" step="1" value=${typed ?? available}
      onInput=${type} onChange=${set} onBlur=${() => setTyped(null)}
    />
    ${frozen === 0 ? null : html`<small>${texts.creditsFrozen(frozen)}</small>`}
  </label>`;
}
