// Tokens, their limits, and the credits behind them. It must not know HTTP, sessions or films.

export type Account = {
  userId: string;
  kind: 'anonymous' | 'registered';
  available: number;
  frozen: number;
};

/** Credits that are set aside while a turn runs; settled once, either way. */
export type Hold = { settle: () => void; release: () => void };

export type Issued = { token: string; userId: string; expiresAtMs: number; credits: number };

export type Accounts = {
  /** The account of a valid token; null for an unknown or expired one. */
  find: (token: string) => Account | null;
  /** Null when the address or the client id has used up its tokens of the week. */
  issueAnonymous: (request: { clientId: string; address: string }) => Issued | null;
  /** Moves credits from available to frozen; null when there are too few. */
  hold(account: Account, credits: number): Hold | null;
  /** Every account that was ever given out, the registered ones first. */
  all(): readonly Readonly<Account>[];
  /** What is left from now on, as after a top-up or a spree; false when nobody has this id. */
  setCredits(userId: string, available: number): boolean;
};

type Token = { account: Account; expiresAtMs: number | null };

const tokenLifeMs = 7 * 24 * 3_600_000;
const tokensPerAddressMax = 10;
const anonymousCredits = 100;
const registeredCredits = 25_000;

/**
 * Accounts of one backend. Limits of anonymous tokens as in nemo-api §2: one per client id and ten per address in
 * seven days. The same client id within its seven days gets the same token again (§15.14 leaves that open).
 */
export function createAccounts(deps: {
  nowMs: () => number;
  newId(): string;
  registeredTokens: readonly string[];
}): Accounts {
  const tokens = new Map<string, Token>();
  /** By user id, in the order of their making. */
  const accounts = new Map<string, Account>();
  const clients = new Map<string, { token: string; issuedAtMs: number; account: Account }>();
  const issuedByAddress = new Map<string, number[]>();

  deps.registeredTokens.forEach((token, index) => {
    const account: Account = {
      userId: `user_${100_001 + index}`,
      kind: 'registered',
      available: registeredCredits,
      frozen: 0,
    };
    accounts.set(account.userId, account);
    tokens.set(token, { account, expiresAtMs: null });
  });

  const recentOf = (address: string): number[] =>
    (issuedByAddress.get(address) ?? []).filter((atMs) => deps.nowMs() - atMs < tokenLifeMs);

  return {
    find(token) {
      const found = tokens.get(token);
      if (found === undefined || (found.expiresAtMs !== null && found.expiresAtMs <= deps.nowMs()))
        return null;
      return found.account;
    },
    issueAnonymous({ clientId, address }) {
      const known = clients.get(clientId);
      const isFresh = known !== undefined && deps.nowMs() - known.issuedAtMs < tokenLifeMs;
      if (known !== undefined && isFresh) return issuedFrom(known.token, known.account, known.issuedAtMs);
      const recent = recentOf(address);
      if (recent.length >= tokensPerAddressMax) return null;
      issuedByAddress.set(address, [...recent, deps.nowMs()]);
      const token = `nmv_usr_${deps.newId().replaceAll('-', '')}${deps.newId().slice(0, 11)}`;
      const account = known?.account ?? anonymousAccount(deps.newId());
      account.available = anonymousCredits;
      accounts.set(account.userId, account);
      clients.set(clientId, { token, issuedAtMs: deps.nowMs(), account });
      tokens.set(token, { account, expiresAtMs: deps.nowMs() + tokenLifeMs });
      return issuedFrom(token, account, deps.nowMs());
    },
    hold(account, credits) {
      if (account.available < credits) return null;
      account.available -= credits;
      account.frozen += credits;
      let isOpen = true;
      const close = (returned: number): void => {
        if (!isOpen) return;
        isOpen = false;
        account.frozen -= credits;
        account.available += returned;
      };
      return { settle: () => close(0), release: () => close(credits) };
    },
    ...createBalances(accounts),
  };
}

/** What is left in each account, seen and changed from outside. */
function createBalances(accounts: ReadonlyMap<string, Account>): Pick<Accounts, 'all' | 'setCredits'> {
  return {
    all: () => [...accounts.values()],
    setCredits(userId, available) {
      const account = accounts.get(userId);
      if (account === undefined) return false;
      account.available = available;
      return true;
    },
  };
}

function anonymousAccount(id: string): Account {
  return {
    userId: `anon_${id.replaceAll('-', '').slice(0, 16)}`,
    kind: 'anonymous',
    available: anonymousCredits,
    frozen: 0,
  };
}

function issuedFrom(token: string, account: Account, issuedAtMs: number): Issued {
  return { token, userId: account.userId, expiresAtMs: issuedAtMs + tokenLifeMs, credits: account.available };
}
