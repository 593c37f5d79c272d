// The managed settings of this machine as the client takes them: of device management, of files, of a person's own registry.
import {
  managedInForce,
  type ManagedSources,
  preferencePlaces,
  REGISTRY_KEY,
  REGISTRY_VALUE,
  registryText,
} from "#govern/settings/lint/device-settings.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import type { Platform } from "#govern/settings/managed-directory.ts";
import { deviceReader, type DeviceReader, type DeviceText } from "#platform/device-settings.ts";
import { userName } from "#platform/user.ts";
import { managedFiles, platformOf } from "./managed-places.ts";
import { sourcesAt } from "./source-files.ts";

/** Where sources are looked for and how they are read, to be replaced where it is not this machine. */
export type ManagedMachine = {
  readonly platform: Platform;
  readonly reader: DeviceReader;
  readonly user: string;
  /** Files that may hold managed settings. */
  readonly files: readonly string[];
};

/** This machine. */
export async function thisManagedMachine(): Promise<ManagedMachine> {
  const platform = platformOf();
  return { platform, reader: deviceReader, user: userName(), files: await managedFiles(platform) };
}

/** Reads every source of managed settings, and tells those that the client reads from those that others overrule. */
export async function managedSources(machine?: ManagedMachine): Promise<ManagedSources> {
  const { platform, reader, user, files } = machine ?? (await thisManagedMachine());
  const written = await sourcesAt(files, "managed");
  switch (platform) {
    case "linux":
      return { inForce: written, overruled: [] };
    case "macos": {
      const places = preferencePlaces(user);
      const ranks = await Promise.all(
        places.map(async (path) => sourceOf(path, await reader.preferences(path))),
      );
      return managedInForce([...ranks, written], []);
    }
    case "windows": {
      const [machineWide, own] = await Promise.all(
        ["HKLM", "HKCU"].map((hive) => registrySource(`${hive}\\${REGISTRY_KEY}`, reader)),
      );
      return managedInForce([machineWide ?? [], written], own ?? []);
    }
    default:
      return platform satisfies never;
  }
}

async function registrySource(key: string, reader: DeviceReader): Promise<readonly LintSource[]> {
  const read = await reader.registry(key, REGISTRY_VALUE);
  const place = `${key}\\${REGISTRY_VALUE}`;
  if (read.kind !== "printed") return sourceOf(place, read);
  const text = registryText(read.text);
  return sourceOf(place, text === undefined ? { kind: "unreadable" } : { kind: "printed", text });
}

function sourceOf(file: string, read: DeviceText): readonly LintSource[] {
  if (read.kind === "missing") return [];
  const text = read.kind === "printed" ? read.text : undefined;
  const bytes = Buffer.byteLength(text ?? "");
  return [{ file, layer: "managed", text, bytes, isLink: false }];
}
