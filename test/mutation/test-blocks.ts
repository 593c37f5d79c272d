// Stands in for the test runner where mutants are run: it collects the tests of a file in blocks, and opens only the blocks that are needed.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

type Context = { readonly skip: (reason?: string) => never };
type TestBody = (context: Context) => unknown;
type RowBody = (...values: never[]) => unknown;
type Table = readonly unknown[];

/** A test that was collected, under a name that no other test of its block has. */
export type CollectedTest = {
  readonly name: string;
  readonly body: TestBody;
  readonly around: readonly Suite[];
};

/** What stands at the top of a test file: one `describe`, or all tests outside of any under the empty title. */
export type Block = { readonly title: string; readonly tests: () => readonly CollectedTest[] };

type Hook = () => unknown;
type Suite = {
  readonly beforeAll: Hook[];
  readonly afterAll: Hook[];
  readonly beforeEach: Hook[];
  readonly afterEach: Hook[];
  hasStarted: boolean;
};

/** Says that a test does not run here. */
export class Skipped extends Error {}

type Collecting = {
  readonly suites: readonly Suite[];
  readonly title: string;
  readonly tests: CollectedTest[];
  readonly names: Map<string, number>;
  /** At the top of a file a `describe` waits; inside one it is opened at once. */
  readonly waiting: { title: string; open: () => readonly CollectedTest[] }[] | undefined;
};

// WHY module state: test files call these functions by import, so there is no object to pass.
const collecting: Collecting[] = [];
const started: Suite[] = [];

/** Collects a test file by importing it. */
export async function collect(load: () => Promise<unknown>): Promise<readonly Block[]> {
  const suite = newSuite();
  const top: Collecting = { ...newCollecting([suite], ""), waiting: [] };
  collecting.push(top);
  await load();
  collecting.pop();
  const blocks = (top.waiting ?? []).map(({ title, open }) => {
    let tests: readonly CollectedTest[] | undefined;
    return { title, tests: () => (tests ??= open()) };
  });
  return [{ title: "", tests: () => top.tests }, ...blocks];
}

/** Runs one test with what has to run before and after it. Throws what the test throws. */
export async function runTest({ body, around }: CollectedTest): Promise<void> {
  for (const suite of around) {
    if (suite.hasStarted) continue;
    suite.hasStarted = true;
    started.push(suite);
    for (const hook of suite.beforeAll) await hook();
  }
  for (const suite of around) for (const hook of suite.beforeEach) await hook();
  try {
    const skip = (reason?: string): never => {
      throw new Skipped(reason);
    };
    await body({ skip });
  } finally {
    for (const suite of around) for (const hook of suite.afterEach) await hook();
  }
}

/** Runs what has to run after all tests of everything that was started. */
export async function endTests(): Promise<void> {
  for (const suite of started.reverse()) for (const hook of suite.afterAll) await hook();
}

function newSuite(): Suite {
  return { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [], hasStarted: false };
}

function newCollecting(suites: readonly Suite[], title: string): Collecting {
  return { suites, title, tests: [], names: new Map(), waiting: undefined };
}

function current(): Collecting {
  const last = collecting.at(-1);
  if (last === undefined) throw new Error("a test outside of a test file");
  return last;
}

function addTest(title: string, body: TestBody): void {
  const { tests, names, suites, title: outer } = current();
  const plain = outer === "" ? title : `${outer} > ${title}`;
  const time = (names.get(plain) ?? 0) + 1;
  names.set(plain, time);
  tests.push({ name: time === 1 ? plain : `${plain} (${time})`, body, around: suites });
}

function addSuite(title: string, body: () => void): void {
  const outer = current();
  const suites = [...outer.suites, newSuite()];
  if (outer.waiting === undefined) {
    const inner = outer.title === "" ? title : `${outer.title} > ${title}`;
    within({ ...outer, suites, title: inner }, body);
    return;
  }
  const own = newCollecting(suites, "");
  const open = (): readonly CollectedTest[] => {
    within(own, body);
    return own.tests;
  };
  outer.waiting.push({ title, open });
}

function within(inner: Collecting, body: () => void): void {
  collecting.push(inner);
  body();
  collecting.pop();
}

/** As `test.each`: a row that is a list gives the arguments, anything else is the argument. */
function eachRow(table: Table, add: (title: string, call: () => unknown) => void) {
  return (title: string, body: RowBody): void => {
    for (const [at, row] of table.entries()) {
      const values = (Array.isArray(row) ? row : [row]) as never[];
      add(`${title} [${at}]`, () => body(...values));
    }
  };
}

function forRow(table: Table) {
  return (title: string, body: (row: never, context: Context) => unknown): void => {
    for (const [at, row] of table.entries())
      addTest(`${title} [${at}]`, (context) => body(row as never, context));
  };
}

const testFunction = () =>
  Object.assign((title: string, body: TestBody) => addTest(title, body), {
    each: (table: Table) => eachRow(table, addTest),
    for: forRow,
    skipIf: (condition: boolean) => (title: string, body: TestBody) => {
      if (!condition) addTest(title, body);
    },
  });
export const it = testFunction();
export const test = testFunction();
export const describe = Object.assign(addSuite, {
  each: (table: Table) => eachRow(table, addSuite),
});

export const beforeAll = (hook: Hook): void => void current().suites.at(-1)?.beforeAll.push(hook);
export const afterAll = (hook: Hook): void => void current().suites.at(-1)?.afterAll.push(hook);
export const beforeEach = (hook: Hook): void => void current().suites.at(-1)?.beforeEach.push(hook);
export const afterEach = (hook: Hook): void => void current().suites.at(-1)?.afterEach.push(hook);

type Chai = { readonly use: (plugin: unknown) => void; readonly expect: unknown };

/** The runner's own assertions, without the runner. */
export const expect = await assertions();

async function assertions(): Promise<unknown> {
  const fromRunner = createRequire(createRequire(import.meta.url).resolve("vitest/package.json"));
  const place = pathToFileURL(fromRunner.resolve("@vitest/expect")).href;
  const found = (await import(place)) as Record<string, unknown> & { readonly chai: Chai };
  for (const name of ["JestExtend", "JestChaiExpect", "JestAsymmetricMatchers"])
    found.chai.use(found[name]);
  return found.chai.expect;
}
