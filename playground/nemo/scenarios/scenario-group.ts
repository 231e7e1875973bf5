// Where in a list people find a scenario: a type alone, which the page reads too.

export type ScenarioGroup = 'turn' | 'answer' | 'render' | 'wire' | 'capture';
