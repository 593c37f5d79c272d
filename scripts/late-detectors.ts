// The index of detectors as data in place of rules, so that the file of a rule runs when one of its keywords stands in a text.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Detector } from "../src/guard/content/detection/detector.ts";
import type * as Index from "../src/guard/content/detectors/index.ts";

/** The id of the module that this stands in for. */
export const DETECTOR_INDEX = "guard/content/detectors/index";

/** Where files of detectors lie, by what the index writes before their names: those of code, and those that are made of data. */
const FOLDERS = { "./": "guard/content/detectors", "../rows/": "guard/content/rows" } as const;
const sources = fileURLToPath(new URL("../src/", import.meta.url));

/** What is asked of detectors that found nothing. All else of one comes from its file. */
const TOLD = ["id", "family", "tier", "rank"] as const;

/** The text of the module; `ask` gives what a module of ours exports. */
export function lateDetectors(ask: (id: string) => unknown): string {
  const { DETECTORS, DETECTORS_BY_FILE, keywordsOfDetectors } = ask(DETECTOR_INDEX) as typeof Index;
  const exported = new Map(
    Object.entries(FOLDERS).flatMap(([before, folder]) =>
      readdirSync(join(sources, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && file !== "index.ts")
        .sort()
        .flatMap((file) => {
          const id = join(folder, file.slice(0, -".ts".length));
          const values = Object.entries(ask(id) as Readonly<Record<string, unknown>>);
          return values.map(([name, value]) => [value, { file: before + file, name }] as const);
        }),
    ),
  );
  const files = DETECTORS_BY_FILE.map((rules) => {
    const found = exported.get(rules);
    if (found === undefined) throw new Error("a list of detectors is exported by no file");
    return { ...found, rules: [rules].flat() as readonly Detector[] };
  });
  const told = files.flatMap(({ rules }, at) =>
    rules.map((rule, place) => [at, place, ...TOLD.map((name) => rule[name])]),
  );
  if (told.length !== DETECTORS.length) throw new Error("a detector is left out of its file");
  const imports = files.map(({ file, name }, at) => `import { ${name} as d${at} } from "${file}";`);
  const others = new Set(DETECTORS.flatMap((rule) => Object.keys(rule)));
  for (const name of [...TOLD, "find"]) others.delete(name);
  return `${imports.join("\n")}
    import { lazily } from "#base/lazily.ts";
    const FILES = [${files.map((_, at) => `() => d${at}`).join(", ")}];
    class Late {
      constructor([file, place, ${TOLD.join(", ")}]) {
        this.file = file;
        this.place = place;
        ${TOLD.map((name) => `this.${name} = ${name} ?? undefined;`).join("\n")}
      }
      get rule() {
        const rules = FILES[this.file]();
        return Array.isArray(rules) ? rules[this.place] : rules;
      }
      find(window, surroundings) { return this.rule.find(window, surroundings); }
      ${[...others].map((name) => `get ${name}() { return this.rule.${name}; }`).join("\n")}
    }
    export const DETECTORS = JSON.parse(${JSON.stringify(JSON.stringify(told))}).map((one) => new Late(one));
    export const keywordsOfDetectors = lazily(() => JSON.parse(${JSON.stringify(JSON.stringify(keywordsOfDetectors()))}));`;
}
