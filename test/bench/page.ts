// The page `docs/reference/speed.md`: every figure with its goal, and the machine on which it was measured.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { type Figure, type Suite, valueText } from "./figures.ts";

const PAGE = fileURLToPath(new URL("../../docs/reference/speed.md", import.meta.url));
const HEAD = `# Speed and memory

Written by \`npm run bench -- --write\`; \`npm run bench -- hook\` runs one suite and \`npm run bench -- hook --write\` renews
its part of this page. Where there is a floor, it is measured in the same run and in turns with what stands beside it, so that
other work on the machine hits both: read the ratios, not the milliseconds. Nothing here decides whether a test passes.
`;

/** A suite's name, what it gave, and the load while it ran. */
export type Section = { readonly name: string; readonly suite: Suite; readonly machine: string };

/** The machine in one line, with its load now. */
export function describeMachine(): string {
  const [core] = cpus();
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${cpus().length} cores, ${core?.model ?? "unknown"}, ${process.platform} ${process.arch}, node ${process.versions.node}, load ${load}`;
}

/** Puts these sections into the page, each in the place of the one of its name. */
export function writePage(sections: readonly Section[], order: readonly string[]): void {
  const kept = new Map(readSections().map((text) => [nameOf(text), text]));
  for (const section of sections) kept.set(section.name, sectionText(section));
  const texts = order.flatMap((name) => kept.get(name) ?? []);
  writeFileSync(PAGE, `${[HEAD.trimEnd(), ...texts].join("\n\n")}\n`);
}

function readSections(): readonly string[] {
  try {
    const [, ...sections] = readFileSync(PAGE, "utf8").split(/^(?=## )/m);
    return sections.map((text) => text.trimEnd());
  } catch {
    return [];
  }
}

function nameOf(text: string): string {
  return /^## (\S+)/.exec(text)?.[1] ?? "";
}

function sectionText({ name, suite, machine }: Section): string {
  return `## ${name}\n${suite.method} Machine: ${machine}.\n\n| figure | value | goal | |\n|---|---|---|---|\n${suite.figures
    .map(rowOf)
    .join("\n")}`;
}

function rowOf({ name, value, unit, goal, meets }: Figure): string {
  const verdict = goal === undefined ? "" : meets === true ? "met" : "missed";
  return `| ${name} | ${`${valueText(value)} ${unit}`.trim()} | ${goal ?? "-"} | ${verdict} |`;
}
