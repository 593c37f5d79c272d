// What ships below `data` beside policies: detections, playbooks, controls, questions about the log and the catalogue of the client, read when a command asks.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type KnownIds, parseControl } from "#assure/control/compile.ts";
import type { Control } from "#assure/control/control.ts";
import { type Crosswalk, parseCrosswalk } from "#assure/control/crosswalk.ts";
import { parsePrices, type Prices } from "#assure/past/prices.ts";
import { parseQuery, type SavedQuery } from "#assure/query/saved-query.ts";
import { type Family, parseFamily } from "#assure/redteam/suite.ts";
import { parseStep, type Step } from "#assure/rollout/steps.ts";
import { parseRule, type Rule } from "#detect/correlation/rule-file.ts";
import type { Detection } from "#detect/detection/detection.ts";
import { type Lists, parseLists } from "#detect/detection/lists.ts";
import { parsePlaybook, type Playbook } from "#detect/playbook/playbook.ts";
import { parseRecipe, type Recipe } from "#govern/recipe/recipe.ts";
import { parseRecordClass, type RecordClass } from "#govern/retention/periods.ts";
import { type Catalogue, joinCatalogue, parseCataloguePart } from "#govern/settings/catalogue.ts";
import { type Destinations, parseDestinations } from "#govern/network/destinations.ts";
import { readParsed, textDigest } from "./parsed-data.ts";

const DATA = new URL("../../../../data/", import.meta.url);

/** Every detection over single events that ships, in the order of their names. Throws the Failure of one that does not compile. */
export function loadDetections(): readonly Detection[] {
  const lists = loadLists();
  return filesOf("detections", ".yml").flatMap(({ name, file, text }) => {
    const rule = parseRule(text, file, name, lists);
    return rule.kind === "detection" ? [rule.detection] : [];
  });
}

/** A detection with the text of its file. */
export type RuleSource = { readonly rule: Rule; readonly file: string; readonly text: string };

/** Every detection that ships, correlations too, in the order of their names. `lists` are those that they ask. Throws as `loadDetections` does. */
export function loadRules(lists: Lists): readonly RuleSource[] {
  return filesOf("detections", ".yml").map(({ name, file, text }) => ({
    rule: parseRule(text, file, name, lists),
    file,
    text,
  }));
}

/** The lists that ship. Throws the Failure of a file that cannot be read. */
export function loadLists(): Lists {
  const file = fileURLToPath(new URL("detections/lists.yml", DATA));
  return parseLists(readFileSync(file, "utf8"), file);
}

/** Every control that ships, in the order of their ids. Throws the Failure of one that does not compile, or names what is not among `known`. */
export function loadControls(known?: KnownIds): readonly Control[] {
  return filesOf("controls", ".yaml").map(({ name, file, text }) =>
    parseControl(text, file, name, known),
  );
}

/**
 * Every catalogue whose places take their evidence from controls, in the order of their ids, or the one called `only`. Throws the
 * Failure of one that does not compile, or names what is not among `known`.
 */
export function loadCrosswalks(known?: KnownIds, only?: string): readonly Crosswalk[] {
  const controls = loadControls(known);
  return filesBelow("crosswalks")
    .filter(({ name }) => only === undefined || name === only)
    .map(({ name, file, text }) => parseCrosswalk(text, file, { name, controls, known }));
}

/** Every family of red-team cases that ships, in the order of their ids. Throws the Failure of one that cannot be read. */
export function loadFamilies(): readonly Family[] {
  return filesBelow("redteam").map(({ name, file, text }) => parseFamily(text, file, name));
}

/** The steps of a rollout, in the order of their ids. Throws the Failure of one that cannot be read. */
export function loadSteps(): readonly Step[] {
  return filesBelow("rollout").map(({ name, file, text }) => parseStep(text, file, name));
}

/** Every question about the log that ships, in the order of their ids. Throws the Failure of one that cannot be read. */
export function loadQueries(): readonly SavedQuery[] {
  return filesBelow("queries").map(({ name, file, text }) => parseQuery(text, file, name));
}

/** Files of a kind that has no groups, by their names. */
function filesBelow(kind: string): readonly ShippedFile[] {
  const home = fileURLToPath(new URL(`${kind}/`, DATA));
  return readdirSync(home)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const text = readFileSync(`${home}${file}`, "utf8");
      return { name: file.slice(0, -5), file: `${home}${file}`, text };
    });
}

/** What is known of the client: its settings keys, events, variables and tools. */
export function loadCatalogue(): Catalogue {
  const home = fileURLToPath(new URL("client/", DATA));
  const files = readdirSync(home).filter((file) => file.endsWith(".yaml"));
  const parsed = readParsed();
  return joinCatalogue(
    files.sort().map((file) => {
      const text = readFileSync(`${home}${file}`, "utf8");
      return parseCataloguePart(text, `${home}${file}`, parsed.get(textDigest(text)));
    }),
  );
}

/** Classes of destinations, and how providers of models are reached. Throws the Failure of a file that cannot be read. */
export function loadDestinations(): Destinations {
  const file = fileURLToPath(new URL("network/destinations.yaml", DATA));
  return parseDestinations(readFileSync(file, "utf8"), file);
}

/** What models cost, with the day of the source. Throws the Failure of a file that cannot be read. */
export function loadPrices(): Prices {
  const file = fileURLToPath(new URL("prices/models.yaml", DATA));
  return parsePrices(readFileSync(file, "utf8"), file);
}

/** Every class of records with its periods, in the order of their ids. Throws the Failure of one that cannot be read. */
export function loadRecordClasses(): readonly RecordClass[] {
  const home = fileURLToPath(new URL("retention/", DATA));
  return readdirSync(home)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) =>
      parseRecordClass(readFileSync(`${home}${file}`, "utf8"), `${home}${file}`, file.slice(0, -5)),
    );
}

/** Every hook recipe, in the order of their names. Throws the Failure of one that cannot be read. */
export function loadRecipes(): readonly Recipe[] {
  return filesBelow("recipes").map(({ name, file, text }) => parseRecipe(text, file, name));
}

/** Names of the playbooks, in their order. */
export function playbookNames(): readonly string[] {
  return readdirSync(new URL("playbooks/", DATA))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -5))
    .sort();
}

/** The playbook of this name; undefined where none has it. Throws the Failure of one that cannot be read. */
export function loadPlaybook(name: string): Playbook | undefined {
  // WHY by the list: a name comes from outside, and may be a path.
  if (!playbookNames().includes(name)) return undefined;
  const file = fileURLToPath(new URL(`playbooks/${name}.yaml`, DATA));
  return parsePlaybook(readFileSync(file, "utf8"), file, name);
}

/** Every playbook, in the order of their names. Throws as `loadPlaybook` does. */
export function loadPlaybooks(): readonly Playbook[] {
  return playbookNames().flatMap((name) => loadPlaybook(name) ?? []);
}

type ShippedFile = { readonly name: string; readonly file: string; readonly text: string };

/** Files `data/<kind>/<group>/<name><ending>`, called `<group>/<name>`. */
function filesOf(kind: string, ending: string): readonly ShippedFile[] {
  const home = fileURLToPath(new URL(`${kind}/`, DATA));
  const names = readdirSync(home, { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .flatMap(({ name: group }) =>
      readdirSync(`${home}${group}`)
        .filter((file) => file.endsWith(ending))
        .map((file) => `${group}/${file.slice(0, -ending.length)}`),
    );
  return names.sort().map((name) => {
    const file = `${home}${name}${ending}`;
    return { name, file, text: readFileSync(file, "utf8") };
  });
}
