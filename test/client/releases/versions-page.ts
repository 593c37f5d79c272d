// The page `docs/reference/client-versions.md`: each release of the client that was read, what it changed, what was proven.
import type { Catalogue, KnownRelease } from "#govern/settings/catalogue.ts";
import { pageTable } from "../../govern/reference-page.ts";
import { isOlder } from "./catalogue-edit.ts";
import { isProven, STEPS } from "./proof-steps.ts";

const WORDS: Readonly<Record<string, string>> = {
  keys: "keys of settings, and their choices",
  events: "hook events",
  payload_fields: "fields of payloads",
  tools: "tools",
  tool_fields: "fields of tools' input",
  modes: "permission modes",
  mod_events: "events of mods",
  flags: "flags",
  start_only: "variables that a repository's settings cannot set",
  variables: "variables",
};

/** The page for a catalogue, the newest release first. */
export function versionsPage({ releases, client }: Catalogue): string {
  const newest = releases.toSorted((a, b) => (isOlder(a.version, b.version) ? 1 : -1));
  return [
    "# Versions of the client",
    "",
    `Generated from \`data/client/releases.yaml\`, which \`npm run client -- VERSION --write\` writes. The catalogue speaks of client ${client}.`,
    "A release is *proven* when every step below passed with it. What is not proven is judged by the strictest reading of what might have",
    "changed ([versions of the client](../guide/client-versions.md)).",
    "",
    ...pageTable(
      ["release", "read on", "names new", "names gone", "proven", "seconds"],
      newest.map((release) => [
        release.version,
        release.read,
        ...(["new", "gone"] as const).map((side) =>
          String(release.changed.reduce((sum, change) => sum + change[side].length, 0)),
        ),
        provenWord(release),
        String(release.seconds),
      ]),
    ),
    "Seconds are those of the whole run, unattended: fetching, reading, comparing and every step.",
    "",
    "## What the steps show",
    "",
    ...pageTable(
      ["step", "what it shows"],
      STEPS.map(({ step, shows }) => [step, shows]),
    ),
    ...newest.flatMap(section),
  ].join("\n");
}

function provenWord(release: KnownRelease): string {
  if (release.proof.length === 0) return "not run";
  return isProven(release.proof) ? "yes" : "**no**";
}

function section(release: KnownRelease): readonly string[] {
  return [
    `## ${release.version}`,
    "",
    ...pageTable(
      ["kind", "new", "gone"],
      release.changed.map((change) => [
        WORDS[change.names] ?? change.names,
        ...[change.new, change.gone].map((names) => names.map((name) => `\`${name}\``).join(", ")),
      ]),
    ),
    ...(release.changed.length === 0
      ? ["No name changed, or no older release was read beside it.", ""]
      : []),
    ...pageTable(
      ["step", "passed", "failed", "skipped", "seconds"],
      release.proof.map(({ step, passed, failed, skipped, seconds }) => [
        step,
        ...[passed, failed, skipped, seconds].map(String),
      ]),
    ),
  ];
}
