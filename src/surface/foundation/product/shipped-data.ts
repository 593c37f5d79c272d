// What ships below `data` beside policies: detections, controls, questions about the log and the catalogue of the client, read when a command asks.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseControl } from "#assure/control/compile.ts";
import type { Control } from "#assure/control/control.ts";
import { parseQuery, type SavedQuery } from "#assure/query/saved-query.ts";
import { parseDetection } from "#detect/detection/compile.ts";
import type { Detection } from "#detect/detection/detection.ts";
import { parseRecipe, type Recipe } from "#govern/recipe/recipe.ts";
import { parseRecordClass, type RecordClass } from "#govern/retention/periods.ts";
import { type Catalogue, joinCatalogue, parseCataloguePart } from "#govern/settings/catalogue.ts";
import { readParsed, textDigest } from "./parsed-data.ts";

const DATA = new URL("../../../../data/", import.meta.url);

/** Every detection that ships, in the order of their names. Throws the Failure of one that does not compile. */
export function loadDetections(): readonly Detection[] {
  return filesOf("detections", ".yml").map(({ name, file, text }) =>
    parseDetection(text, file, name),
  );
}

/** Every control that ships, in the order of their ids. Throws the Failure of one that does not compile. */
export function loadControls(): readonly Control[] {
  return filesOf("controls", ".yaml").map(({ name, file, text }) => parseControl(text, file, name));
}

/** Every question about the log that ships, in the order of their ids. Throws the Failure of one that cannot be read. */
export function loadQueries(): readonly SavedQuery[] {
  const home = fileURLToPath(new URL("queries/", DATA));
  return readdirSync(home)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) =>
      parseQuery(readFileSync(`${home}${file}`, "utf8"), `${home}${file}`, file.slice(0, -5)),
    );
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
  const home = fileURLToPath(new URL("recipes/", DATA));
  return readdirSync(home)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) =>
      parseRecipe(readFileSync(`${home}${file}`, "utf8"), `${home}${file}`, file.slice(0, -5)),
    );
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
