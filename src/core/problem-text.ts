/** A problem in the person's words: what happened, what it means, what to do. Pure. */
import type { Messages } from './messages/catalogue.ts';
import type { Problem } from './problems.ts';

/**
 * Registration page that joins the new account with the anonymous one (nemo-api §10); plain without an id. Whoever is out of
 * credits, or has a plan without exports, without one has an account already, and changes it at the site itself.
 */
const registerUrl = (webUrl: string, { kind, bindId }: Problem): string => {
  if (bindId !== null) return `${webUrl}/register?bind=${encodeURIComponent(bindId)}`;
  return kind === 'outOfCredits' || kind === 'planBlocked' ? webUrl : `${webUrl}/register`;
};

export const problemText = (
  problem: Problem,
  context: {
    readonly messages: Messages;
    readonly webUrl: string;
    readonly turnId: string;
    readonly isSent: boolean;
  },
): string =>
  context.messages.problems[problem.kind]({
    registerUrl: registerUrl(context.webUrl, problem),
    siteUrl: context.webUrl,
    isSent: context.isSent,
    reference: context.turnId,
  });
