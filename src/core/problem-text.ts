/** A problem in the person's words: what happened, what it means, what to do. Pure. */
import type { Messages } from './messages/catalogue.ts';
import type { Problem } from './problems.ts';

/** Registration page that joins the new account with the anonymous one (nemo-api §10); plain without an id. */
const registerUrl = (webUrl: string, bindId: string | null): string =>
  bindId === null ? `${webUrl}/register` : `${webUrl}/register?bind=${encodeURIComponent(bindId)}`;

export const problemText = (
  problem: Problem,
  context: { readonly messages: Messages; readonly webUrl: string; readonly turnId: string },
): string =>
  context.messages.problems[problem.kind]({
    registerUrl: registerUrl(context.webUrl, problem.bindId),
    siteUrl: context.webUrl,
    reference: context.turnId,
  });
