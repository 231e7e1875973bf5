/** What the doctor thinks of the facts: one finding per thing that must work, each with what to do. Pure; it must not know how facts are had. */

export type Finding = {
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was looked at, in one or two words. */
  readonly about: string;
  readonly detail: string;
  /** What to do about it; null when nothing. */
  readonly advice: string | null;
};

export type DiscordFacts = {
  readonly botName: string;
  readonly applicationId: string;
  /** The application has the privileged intent Message Content. */
  readonly hasContentIntent: boolean;
  /** Servers that the bot is in, and the names of the permissions that its roles lack there. */
  readonly guilds: readonly { readonly name: string; readonly missing: readonly string[] }[];
  /** Our clock minus Discord's, ms; null when its answers had no date. */
  readonly clockSkewMs: number | null;
};

const ok = (about: string, detail: string): Finding => ({ level: 'ok', about, detail, advice: null });

/** Discord signs addresses and ids with its time; a minute does no harm, more makes deadlines wrong. */
const clockSkewMaxMs = 60_000;

const intentFinding = (facts: DiscordFacts, wantsMessageContent: boolean): Finding => {
  const about = 'Intent';
  if (!wantsMessageContent)
    return ok(about, 'DISCORD_MESSAGE_CONTENT is off: people mention the bot or use commands.');
  if (facts.hasContentIntent) return ok(about, 'Message Content is granted.');
  return {
    level: 'warn',
    about,
    detail:
      'The application lacks the privileged intent Message Content, so the bot cannot read ordinary messages in threads.',
    advice:
      'Switch it on in the developer portal (Bot, Privileged Gateway Intents), or set DISCORD_MESSAGE_CONTENT=off to do without.',
  };
};

const serverFindings = (facts: DiscordFacts): Finding[] => {
  const about = 'Servers';
  if (facts.guilds.length === 0)
    return [
      {
        level: 'warn',
        about,
        detail: 'The bot is in no server yet.',
        advice: 'Open the link that "npm run invite" prints.',
      },
    ];
  const lacking = facts.guilds.filter(({ missing }) => missing.length > 0);
  if (lacking.length === 0)
    return [ok(about, `The bot is in ${facts.guilds.length}, and its roles have all permissions.`)];
  return lacking.map(({ name, missing }) => ({
    level: 'warn' as const,
    about,
    detail: `In "${name}" the bot's roles lack: ${missing.join(', ')}. Single channels may still allow it.`,
    advice: 'Grant them to the bot\'s role, or invite it again with the link that "npm run invite" prints.',
  }));
};

const clockFinding = ({ clockSkewMs }: DiscordFacts): Finding => {
  const about = 'Clock';
  if (clockSkewMs === null) return ok(about, 'Discord told no time to compare with.');
  const seconds = Math.round(Math.abs(clockSkewMs) / 1_000);
  if (Math.abs(clockSkewMs) <= clockSkewMaxMs) return ok(about, `It differs from Discord's by ${seconds} s.`);
  return {
    level: 'fail',
    about,
    detail: `This machine's clock is ${seconds} s ${clockSkewMs > 0 ? 'ahead of' : 'behind'} Discord's.`,
    advice: 'Let the machine set its clock by itself (NTP); tokens and signed addresses depend on it.',
  };
};

/** Findings about what Discord answered. */
export const discordFindings = (
  facts: DiscordFacts,
  options: { wantsMessageContent: boolean },
): readonly Finding[] => [
  ok('Discord', `The token is that of ${facts.botName} (application ${facts.applicationId}).`),
  intentFinding(facts, options.wantsMessageContent),
  ...serverFindings(facts),
  clockFinding(facts),
];

/** `locked`: a bot runs on it right now. */
export const storeFinding = (
  result: { readonly kind: 'works' } | { readonly kind: 'locked' | 'broken'; readonly message: string },
): Finding => {
  const about = 'Store';
  switch (result.kind) {
    case 'works':
      return ok(about, 'It opens, its key fits, and it can be written.');
    case 'locked':
      return {
        level: 'warn',
        about,
        detail: result.message,
        advice:
          'If that is the bot, all is well: its own /readyz says whether it can write. Stop it to have the store examined.',
      };
    case 'broken':
      return {
        level: 'fail',
        about,
        detail: result.message,
        advice: 'docs/operating.md says what to do in each case.',
      };
  }
};

/** `problem`: the kind of the refusal, as in core/problems. */
export const backendFinding = (
  result: { readonly available: number | null } | { readonly problem: string },
  hasOperatorToken: boolean,
): Finding => {
  const about = 'NemoVideo';
  if ('available' in result) {
    if (result.available === null)
      return ok(about, 'NEMO_TOKEN is valid; NemoVideo does not say how many credits are left.');
    if (result.available > 0) return ok(about, `NEMO_TOKEN is valid; ${result.available} credits are left.`);
    return {
      level: 'warn',
      about,
      detail: 'NEMO_TOKEN is valid, and its account has no credits left.',
      advice: 'Top the account up; until then people can only look and export.',
    };
  }
  const isRefused = result.problem === 'operatorTokenRefused' || result.problem === 'tokenRefused';
  if (isRefused && hasOperatorToken)
    return {
      level: 'fail',
      about,
      detail: 'NemoVideo refuses NEMO_TOKEN.',
      advice: 'Get a new token from NemoVideo, or leave NEMO_TOKEN out so that people use starter accounts.',
    };
  if (isRefused)
    return {
      level: 'warn',
      about,
      detail:
        'It answers. NEMO_TOKEN is not set: each person gets a starter account, and there are ten of those a week.',
      advice: 'For more than a trial set NEMO_TOKEN, or tell people about /nemo connect.',
    };
  return {
    level: 'fail',
    about,
    detail: `It could not be asked (${result.problem}).`,
    advice:
      'Check NEMO_API_URL and whether this machine may make HTTPS connections; or NemoVideo has trouble: try later.',
  };
};

export const failed = (about: string, detail: string, advice: string): Finding => ({
  level: 'fail',
  about,
  detail,
  advice,
});

/** For a terminal: one line for each finding, and an indented one with what to do. */
export const printFindings = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ level, about, detail, advice }) => [
      `${level.padEnd(5)}${about.padEnd(10)} ${detail}`,
      ...(advice === null ? [] : [`${' '.repeat(16)}→ ${advice}`]),
    ])
    .concat('')
    .join('\n');
