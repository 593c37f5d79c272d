// The detections of an installation: those that ship, and what the site adds below `detections` of the data directory.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { parseRule } from "#detect/correlation/rule-file.ts";
import { extendLists, type Lists } from "#detect/detection/lists.ts";
import { loadLists, loadRules, type RuleSource } from "../../foundation/product/shipped-data.ts";

/** Detections of a site's own. */
const SITE_RULES_MAX = 512;

/** Detections, and the lists that they were compiled with. `listsFile` is where the site may fill them. */
export type SiteDetections = {
  readonly rules: readonly RuleSource[];
  readonly lists: Lists;
  readonly listsFile: string;
};

/**
 * Reads `<data>/detections/lists.yml` and `<data>/detections/<tactic>/<name>.yml` beside what ships. Throws the Failure of a file that
 * cannot be read, with line and column: a site's list that is half understood would leave detections silent or loud.
 */
export function readDetections(dataDirectory: string): SiteDetections {
  const home = join(dataDirectory, "detections");
  const listsFile = join(home, "lists.yml");
  const shipped = loadLists();
  const lists = existsSync(listsFile)
    ? extendLists(shipped, readFileSync(listsFile, "utf8"), listsFile)
    : shipped;
  const own = siteFiles(home).map(({ name, file }) => {
    const text = readFileSync(file, "utf8");
    return { rule: parseRule(text, file, name, lists), file, text };
  });
  return { rules: [...loadRules(lists), ...own], lists, listsFile };
}

/** Another text whenever a site changed one of its own files since: for whoever keeps what it read. */
export function detectionsTrace(dataDirectory: string): string {
  const home = join(dataDirectory, "detections");
  const files = [join(home, "lists.yml"), ...siteFiles(home).map(({ file }) => file)];
  return files
    .flatMap((file) => {
      const status = statSync(file, { bigint: true, throwIfNoEntry: false });
      return status === undefined ? [] : [`${file} ${status.ino} ${status.mtimeNs} ${status.size}`];
    })
    .join("\n");
}

function siteFiles(home: string): readonly { readonly name: string; readonly file: string }[] {
  if (!existsSync(home)) return [];
  const groups = readdirSync(home, { withFileTypes: true }).filter((item) => item.isDirectory());
  const files = groups.flatMap(({ name: group }) =>
    readdirSync(join(home, group))
      .filter((file) => file.endsWith(".yml"))
      .map((file) => ({ name: `${group}/${file.slice(0, -4)}`, file: join(home, group, file) })),
  );
  if (files.length > SITE_RULES_MAX)
    throw new Failure(
      "detection-invalid",
      `\`${home}\` has more than ${SITE_RULES_MAX} detections: remove some`,
    );
  return files.sort((one, other) => (one.name < other.name ? -1 : 1));
}
