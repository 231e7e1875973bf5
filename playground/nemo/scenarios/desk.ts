// Which scenario plays when. It must not know what scenarios do.
import type { RouteName, Scenario } from './scenario.ts';
import type { ScenarioGroup } from './scenario-group.ts';

/** Where a scenario holds: the next turn or request that it fits, everything from now on, or one session. */
export type ScenarioTarget = 'next turn' | 'everything' | (string & {});

export type ScenarioDesk = {
  names: readonly string[];
  describe: (name: string) => string;
  groupOf: (name: string) => ScenarioGroup | undefined;
  /** Throws RangeError for an unknown name. `default` for everything ends all the others. */
  use: (name: string, options: { for: ScenarioTarget }) => void;
  active: () => readonly { name: string; for: ScenarioTarget }[];
};

export type Occasion = { part: keyof Scenario; route?: RouteName; sessionId: string | null };

type Activation = { scenario: Scenario; target: ScenarioTarget; timesLeft: number; boundTo: string | null };

/**
 * Scenarios for everything or for a session hold until replaced by `default`, or as often as their `times` says.
 * One for the next turn holds once (or `times`), and belongs to the first session that meets it.
 */
export function createScenarioDesk(scenarios: readonly Scenario[]): {
  desk: ScenarioDesk;
  take: (occasion: Occasion) => readonly Scenario[];
} {
  const byName = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  let activations: Activation[] = [];

  const find = (name: string): Scenario => {
    const scenario = byName.get(name);
    if (scenario === undefined)
      throw new RangeError(`There is no scenario "${name}". Known: ${[...byName.keys()].join(', ')}`);
    return scenario;
  };

  const desk: ScenarioDesk = {
    names: [...byName.keys()],
    describe: (name) => find(name).about,
    groupOf: (name) => find(name).group,
    use(name, { for: target }) {
      const scenario = find(name);
      if (name === 'default' && target === 'everything') activations = [];
      else if (name === 'default')
        activations = activations.filter((activation) => activation.target !== target);
      else
        activations.push({
          scenario,
          target,
          timesLeft: scenario.times ?? (target === 'next turn' ? 1 : Infinity),
          boundTo: null,
        });
    },
    active: () => activations.map(({ scenario, target }) => ({ name: scenario.name, for: target })),
  };

  const take = (occasion: Occasion): readonly Scenario[] => {
    const taken = activations.filter((activation) => fits(activation, occasion));
    for (const activation of taken) {
      activation.timesLeft -= 1;
      activation.boundTo ??= activation.target === 'next turn' ? occasion.sessionId : null;
    }
    activations = activations.filter((activation) => activation.timesLeft > 0);
    return taken.map((activation) => activation.scenario);
  };

  return { desk, take };
}

function fits(activation: Activation, occasion: Occasion): boolean {
  const part = activation.scenario[occasion.part];
  if (part === undefined) return false;
  if (typeof part === 'object' && 'route' in part && !isRoute(part.route, occasion.route)) return false;
  if (activation.target === 'everything') return true;
  if (activation.target === 'next turn')
    return activation.boundTo === null || activation.boundTo === occasion.sessionId;
  return activation.target === occasion.sessionId;
}

/** `any` means the backend's own routes: the places of files and films play other hosts. */
function isRoute(wanted: RouteName | 'any', route: RouteName | undefined): boolean {
  return wanted === 'any' ? route !== 'film' && route !== 'asset' : wanted === route;
}
