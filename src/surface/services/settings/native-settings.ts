// The client's own settings in force in a directory, as the simulator of its decision takes them.
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { CLIENT_BYTES_MAX, type LintSource } from "#govern/settings/lint/file.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import type { NativeLayer, NativeSettings, NativeStack } from "#guard/native/stack.ts";
import { isTrusted, readSettings } from "../containment/native-reading.ts";
import { sourcesInForce } from "./settings-sources.ts";

/** The settings of a directory. `broken`: files that the client passes over whole. */
export type NativeHere = { readonly stack: NativeStack; readonly broken: readonly string[] };

/** Reads them. Where nobody accepted the directory as trusted, or that cannot be told, it is not. */
export async function nativeSettings(directory: string, home: string): Promise<NativeHere> {
  const project = realOf(directory);
  const sources = await sourcesInForce(project, home);
  const layers: NativeLayer[] = [];
  const broken: string[] = [];
  for (const source of sources) {
    const settings = settingsOf(source);
    if (settings === undefined) broken.push(source.file);
    else layers.push(layerOf(source, settings, { project, home }));
  }
  const stack = { layers, mode: undefined, isTrusted: isTrusted(project, home), project, home };
  return { stack, broken };
}

function layerOf(
  { file, layer }: LintSource,
  settings: NativeSettings,
  { project, home }: { readonly project: string; readonly home: string },
): NativeLayer {
  const source = layer === "command-line" ? "flag" : layer;
  return { source, file, root: layer === "user" ? join(home, ".claude") : project, settings };
}

/** Of a file what the decision depends on; undefined where the client cannot read it. */
function settingsOf({ file, text, bytes }: LintSource): NativeSettings | undefined {
  if (text === undefined || bytes > CLIENT_BYTES_MAX) return undefined;
  if (text.trim() === "") return {};
  try {
    return readSettings(
      toJson(parseJsonText(text.replace(/^\uFEFF/, " "), file, CLIENT_BYTES_MAX)),
    );
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

function realOf(directory: string): string {
  try {
    return realpathSync.native(directory);
  } catch {
    return directory;
  }
}
