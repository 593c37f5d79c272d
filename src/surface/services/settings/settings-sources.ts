// Settings files as lint reads them: those in force for a directory, or those that were named.
import { basename, dirname, join, resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { LAYERS, type Layer } from "#govern/settings/catalogue.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import { isThere } from "../../foundation/files/path-status.ts";
import { managedSources } from "./managed-sources.ts";
import { localSettingsPath, userSettingsPath } from "./project-settings.ts";
import { readSource } from "./source-files.ts";

/** The settings that are in force for sessions in a directory, those that are there, the highest layer first. */
export async function sourcesInForce(
  directory: string,
  home: string,
): Promise<readonly LintSource[]> {
  const root = resolve(directory);
  const { inForce } = await managedSources();
  const places: readonly { readonly file: string; readonly layer: Layer }[] = [
    { file: join(root, localSettingsPath), layer: "local" },
    { file: join(root, userSettingsPath), layer: "project" },
    { file: join(home, userSettingsPath), layer: "user" },
  ];
  const there = places.filter(
    ({ file }, index) =>
      isThere(file) && places.findIndex((other) => other.file === file) === index,
  );
  const below = await Promise.all(there.map(({ file, layer }) => readSource(file, layer)));
  return [...inForce, ...below];
}

/** Named files. The layer of each follows from its place unless `layer` names it. A Failure for one that is not there. */
export async function namedSources(
  files: readonly string[],
  home: string,
  layer: string | undefined,
): Promise<readonly LintSource[]> {
  const named = layer === undefined ? undefined : LAYERS.find((one) => one === layer);
  if (layer !== undefined && named === undefined) {
    const known = LAYERS.join(", ");
    throw new Failure("usage", `there is no layer \`${printable(layer)}\`: use ${known}`);
  }
  return Promise.all(
    files.map((file) => {
      if (!isThere(file))
        throw new Failure("usage", `there is no file \`${printable(file)}\`: name a settings file`);
      return readSource(file, named ?? layerOf(resolve(file), home));
    }),
  );
}

function layerOf(path: string, home: string): Layer {
  if (path === join(home, userSettingsPath)) return "user";
  const name = basename(path);
  if (name.startsWith("managed-settings") || basename(dirname(path)) === "managed-settings.d")
    return "managed";
  return name === basename(localSettingsPath) ? "local" : "project";
}
