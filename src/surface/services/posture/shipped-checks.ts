// The checks of the posture that ship: each family's entries joined with its functions, read when an audit asks.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Looks } from "#assure/posture/check.ts";
import { type CheckFamily, parseFamily } from "#assure/posture/check-data.ts";
import { LOOKS } from "#assure/posture/checks/index.ts";
import { readParsed, textDigest } from "../../foundation/product/parsed-data.ts";

const HOME = new URL("../../../../data/checks/", import.meta.url);

/** Every family, in the order of their names. Throws the Failure of one that cannot be read or whose functions do not fit. */
export function loadCheckFamilies(): readonly CheckFamily[] {
  const home = fileURLToPath(HOME);
  const parsed = readParsed();
  const looksOf: Readonly<Record<string, Looks | undefined>> = LOOKS;
  return readdirSync(home)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const name = file.slice(0, -5);
      const text = readFileSync(`${home}${file}`, "utf8");
      return parseFamily(text, {
        file: `${home}${file}`,
        name,
        parsed: parsed.get(textDigest(text)),
        looks: looksOf[name] ?? {},
      });
    });
}
