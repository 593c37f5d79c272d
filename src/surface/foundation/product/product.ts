// What this product is on disk: its version and the program to start, whether built or run from source.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert } from "#base/failure.ts";

/** Whether this runs from source, through a loader, and not as it was built. */
export function isFromSource(): boolean {
  return import.meta.url.endsWith(".ts");
}

/** Absolute path of the package that this is part of. */
export function packageRoot(): string {
  return fileURLToPath(new URL("../../../..", import.meta.url));
}

/** The version in package.json. */
export function productVersion(): string {
  const text = readFileSync(new URL("../../../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { readonly version?: unknown };
  assert(typeof version === "string", "package.json has no version");
  return version;
}

/** Absolute path of the command line program, beside this file: built code starts built code. */
export function mainPath(): string {
  const extension = isFromSource() ? "ts" : "js";
  return fileURLToPath(new URL(`../../cli/main.${extension}`, import.meta.url));
}

/** The same program as it was built, also when this runs from source: what a client's hook starts needs no loader. */
export function builtMainPath(): string {
  if (!isFromSource()) return mainPath();
  return fileURLToPath(new URL("../../../../dist/surface/cli/main.js", import.meta.url));
}

/** The command hook's program as it was built. */
export function builtHookPath(): string {
  return builtFile("hook.cjs");
}

/** The program of the hook that asks the machine's guard, as it was built. */
export function builtMachineHookPath(): string {
  return builtFile("machine-hook.cjs");
}

function builtFile(name: string): string {
  const above = isFromSource() ? "../../../../dist" : "../../..";
  return fileURLToPath(new URL(`${above}/${name}`, import.meta.url));
}
