// Which tests somebody named to `npm test`, and whether those need what the build makes.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Names, for `corpus.test.ts`, the files of the corpus of which only the cases are run. */
export const CORPUS_VARIABLE = "SALLYPORT_CORPUS_FILES";

const CORPUS = /^(?:\.\/)?test\/corpus\/((?:commands|shell)\/[a-z0-9-]+\.yaml)$/;
const MODEL = /^(?:\.\/)?src\/guard\/effects\/commands\/([a-z0-9-]+)\.ts$/;

/** Filters for the runner, and the files of the corpus that were named, by themselves or by the model that they are of. */
export function corpusOf(names: readonly string[]): {
  readonly filters: readonly string[];
  readonly corpus: readonly string[];
} {
  const files = names.map((name) => {
    const model = MODEL.exec(name)?.[1];
    const file = model === undefined ? CORPUS.exec(name)?.[1] : `commands/${model}.yaml`;
    return file !== undefined && existsSync(join(root, "test/corpus", file)) ? file : undefined;
  });
  const corpus = files.filter((file) => file !== undefined);
  const others = names.filter((_, place) => files[place] === undefined);
  if (corpus.length === 0) return { filters: names, corpus };
  // Named with other tests it is run whole, because those may be of the same file.
  const isAlone = others.length === 0;
  return { filters: [...others, "test/corpus/corpus.test.ts"], corpus: isAlone ? corpus : [] };
}

/** What of our own code starts what was built, or asks for it. All else of `surface` may. */
const UNBUILT =
  /^#(?!surface\/)|^#surface\/(?:services\/facts\/|services\/policy\/policy-source\.ts|foundation\/files\/directories\.ts)/;
const BUILT = /\bdist\b|\bbootstrap\.mjs\b|\bspawn|\bfork\b|\bexecFile/;

/** Every test file, paths below the repository, in order. */
export function testFiles(): readonly string[] {
  return readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .map((file) => `test/${file.split(sep).join("/")}`)
    .filter((file) => file.endsWith(".test.ts"))
    .toSorted();
}

/**
 * Whether tests that match the filters may need `dist/`: any does that cannot be seen not to, by its own text and that of
 * the test files which it imports.
 */
export function needBuild(filters: readonly string[]): boolean {
  const matching = testFiles().filter((file) =>
    filters.some((filter) => file.includes(relative(root, join(root, filter)))),
  );
  if (filters.length === 0 || matching.length === 0) return true;
  const seen = new Set<string>();
  const waiting = matching.map((file) => join(root, file));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    // WHY git: projects of tests are made with it.
    const own = text.replaceAll(/\bexecFileSync(?:\(\s*"git"| \})/g, "");
    if (BUILT.test(own)) return true;
    for (const [, name = ""] of text.matchAll(/(?:from|import)\s*\(?"([#.][^"]+)"/g)) {
      if (name.startsWith("#")) {
        if (!UNBUILT.test(name)) return true;
        continue;
      }
      const imported = join(dirname(file), name);
      if (imported.startsWith(join(root, "test/")) && existsSync(imported)) waiting.push(imported);
    }
  }
  return false;
}
