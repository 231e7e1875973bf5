/** Reads one TypeScript file into the facts that the shape rules judge: imports, globals, exports, classes. Knows syntax; no rule. */
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

export type Source = {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Free-standing names and their first member: `Date`, `Math.random`, `process.env`. Names of properties do not count. */
  readonly names: ReadonlySet<string>;
  readonly isAsync: boolean;
  readonly hasDefaultExport: boolean;
  /** `export * from`, or nothing but re-exports. */
  readonly isBarrel: boolean;
  /** Names of classes and what they extend. */
  readonly classes: readonly { readonly name: string; readonly parent: string | null }[];
  readonly hasModuleVariable: boolean;
};

export type Import = {
  /** A path from the repository's root for relative imports, otherwise the package or `node:` module with its subpath. */
  readonly from: string;
  readonly isRelative: boolean;
  readonly isTypeOnly: boolean;
  /** `import(…)`: loaded only when the code gets there. */
  readonly isLate: boolean;
};

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const stringOf = (value: unknown): string | null =>
  isNode(value) && value.type === 'Literal' && typeof value['value'] === 'string' ? value['value'] : null;

const nameOf = (value: unknown): string | null =>
  isNode(value) && value.type === 'Identifier' && typeof value['name'] === 'string'
    ? value['name']
    : stringOf(value);

/** `a.b` → `b` and `{ a: 1 }` → `a`: names of properties, which say nothing about globals. */
const isPropertyName = (parent: Node, key: string): boolean => {
  if (parent['computed'] === true) return false;
  return (key === 'property' && parent.type === 'MemberExpression') || key === 'key';
};

const childrenOf = (node: Node): Node[] =>
  Object.entries(node)
    .filter(([key]) => !isPropertyName(node, key))
    .flatMap(([, value]): unknown[] => (Array.isArray(value) ? value : [value]))
    .filter(isNode);

const walk = function* (node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
};

const importTypes = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
];

const importOf = (path: string, node: Node): Import[] => {
  const from = importTypes.includes(node.type) ? stringOf(node['source']) : null;
  if (from === null) return [];
  const isRelative = from.startsWith('.');
  const isTypeOnly =
    [node['importKind'], node['exportKind']].includes('type') || node.type === 'TSImportType';
  const isLate = node.type === 'ImportExpression';
  return [
    { from: isRelative ? posix.join(posix.dirname(path), from) : from, isRelative, isTypeOnly, isLate },
  ];
};

const namesOf = (node: Node): string[] => {
  const name = node.type === 'Identifier' ? nameOf(node) : null;
  if (name !== null) return [name];
  const object = node.type === 'MemberExpression' ? nameOf(node['object']) : null;
  const member = nameOf(node['property']);
  if (object === null || member === null) return [];
  return object === 'globalThis' ? [member] : [`${object}.${member}`];
};

const classOf = (node: Node): Source['classes'] =>
  ['ClassDeclaration', 'ClassExpression'].includes(node.type)
    ? [{ name: nameOf(node['id']) ?? '(nameless)', parent: nameOf(node['superClass']) }]
    : [];

const isReExport = (statement: Node): boolean =>
  statement.type === 'ExportNamedDeclaration' && isNode(statement['source']);

/** Throws when the text does not parse. */
export const readSource = (path: string, text: string): Source => {
  const program: unknown = parseAst(text, { lang: 'ts' });
  if (!isNode(program)) throw new TypeError(`${path} has no syntax tree.`);
  const nodes = [...walk(program)];
  const statements = childrenOf(program);
  return {
    path,
    text,
    imports: nodes.flatMap((node) => importOf(path, node)),
    names: new Set(nodes.flatMap(namesOf)),
    isAsync: nodes.some(
      (node) => node['async'] === true || node['await'] === true || node.type === 'AwaitExpression',
    ),
    hasDefaultExport: nodes.some((node) => node.type === 'ExportDefaultDeclaration'),
    isBarrel:
      nodes.some((node) => node.type === 'ExportAllDeclaration') ||
      (statements.length > 0 && statements.every(isReExport)),
    classes: nodes.flatMap(classOf),
    hasModuleVariable: statements.some(
      (node) => node.type === 'VariableDeclaration' && node['kind'] !== 'const',
    ),
  };
};
