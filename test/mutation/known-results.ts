// What earlier runs found, kept outside git, with what it rests on: a result counts again only where that is unchanged.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { cachePlace, digestOf, type Mutant, root } from "./instrument.ts";
import type { Outcome } from "./run-mutants.ts";
import type { TestRun } from "./run-tests.ts";

const FILE = join(cachePlace, "results.json");
/** What every test stands on beside its own file. */
const GROUND = ["test/judging.ts", "data/policies"];

const Known = v.record(
  v.string(),
  v.object({
    status: v.picklist(["killed", "endless", "crashed", "survived", "unreached"]),
    /** The mutated file. */
    source: v.string(),
    /** Of what was killed: the test that noticed. Of everything else: all tests that could have. */
    tests: v.string(),
    by: v.optional(v.object({ file: v.string(), title: v.string(), name: v.string() })),
  }),
);

/** The results of earlier runs, of which this one takes what still holds and to which it adds its own. */
export function knownResults(isFresh: boolean) {
  const known = isFresh || !existsSync(FILE) ? {} : readKnown();
  const contents = new Map<string, string>();
  const content = (path: string): string => {
    const found = contents.get(path) ?? contentOf(path);
    contents.set(path, found);
    return found;
  };
  const ground = digestOf(...GROUND.map(contentOf));
  const digestTests = (tests: readonly TestRun[]): string =>
    digestOf(ground, ...tests.flatMap((test) => [test.name, ...sourcesOf(test, content)]));
  return {
    find(mutant: Mutant, tests: readonly TestRun[]): Outcome | undefined {
      const one = known[mutant.key];
      if (one === undefined || one.source !== digestOf(content(mutant.file))) return undefined;
      const { by } = one;
      if (by === undefined)
        return one.tests === digestTests(tests) ? { status: one.status } : undefined;
      const still = tests.find(
        ({ file, title, name }) => file === by.file && title === by.title && name === by.name,
      );
      if (still === undefined || one.tests !== digestTests([still])) return undefined;
      return { status: one.status, by: still };
    },
    keep(mutant: Mutant, tests: readonly TestRun[], { status, by }: Outcome): void {
      known[mutant.key] = {
        status,
        source: digestOf(content(mutant.file)),
        tests: digestTests(by === undefined ? tests : [by]),
        ...(by === undefined ? {} : { by: { file: by.file, title: by.title, name: by.name } }),
      };
    },
    save(): void {
      mkdirSync(cachePlace, { recursive: true });
      writeFileSync(FILE, JSON.stringify(known));
    },
  };
}

function readKnown(): v.InferOutput<typeof Known> {
  const found = v.safeParse(Known, JSON.parse(readFileSync(FILE, "utf8")));
  return found.success ? found.output : {};
}

/** A digest of all that is judged and all that tests it: with it unchanged, tests reach what they reached. */
export function digestOfAll(): string {
  return digestOf(
    ...["src", "data", "test/corpus", "test/guard", "test/oracle", ...GROUND].map(contentOf),
  );
}

/** A test's own file, the lists that it names, and the one that the title of its block names. */
function sourcesOf({ file, title }: TestRun, content: (path: string) => string): string[] {
  const text = content(file);
  const named = [...text.matchAll(/"\.\/([\w./-]+\.ya?ml)"/g)].map(([, path]) => path ?? "");
  const list = join(dirname(file), title);
  const titled = /\.ya?ml$/.test(title) && existsSync(join(root, list)) ? [list] : [];
  return [text, ...named.map((path) => content(join(dirname(file), path))), ...titled.map(content)];
}

/** The text of a file, or a digest of all texts below a folder. */
function contentOf(path: string): string {
  const entries = readdirSync(dirname(join(root, path)), { withFileTypes: true });
  const own = entries.find(({ name }) => join(dirname(path), name) === path);
  if (own === undefined) return "";
  if (!own.isDirectory()) return readFileSync(join(root, path), "utf8");
  const below = readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return digestOf(...below.flatMap((file) => [file, readFileSync(file, "utf8")]));
}
