// `sallyport sandbox audit`: the nine items of strong isolation, for every container that files of a repository describe.
import { defineCommand } from "citty";
import { ISOLATION_ITEMS } from "#assure/isolation/nine-items.ts";
import { printable, printableJson } from "#base/printable.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import {
  openTerminal,
  paint,
  print,
  type Terminal,
} from "../../../foundation/terminal/terminal.ts";
import type {
  AuditedContainer,
  ContainerAudit,
} from "../../../services/sandbox/audit-containers.ts";

/** `sallyport sandbox audit`. */
export const sandboxAuditCommand = defineCommand({
  meta: {
    name: "audit",
    description: `hold Dockerfiles, devcontainer.json, compose files, Kubernetes manifests and \`docker run\` lines against the nine items of strong isolation

  sallyport sandbox audit             the repository here
  sallyport sandbox audit ../shop --client   only containers in which the client runs
  sallyport sandbox audit --json      for programs

Each item is met, not met, or not said, with its line and what to write. What a variable, an include or an image decides is not said,
and not said is no pass. Files say what was meant: \`sallyport sandbox probe\` says what holds.`,
  },
  args: {
    folder: {
      type: "positional",
      required: false,
      default: ".",
      description: "the folder (default: here)",
    },
    client: { type: "boolean", description: "only containers in which the client seems to run" },
    ...jsonOption,
  },
  async run({ args }) {
    const { auditContainers } = await import("../../../services/sandbox/audit-containers.ts");
    const whole = await auditContainers(args.folder);
    const containers = whole.containers.filter(
      ({ hasClient }) => hasClient || args.client !== true,
    );
    const audit = { ...whole, containers };
    const isMet =
      containers.length > 0 &&
      whole.unreadable.length + whole.unseen.length === 0 &&
      containers.every(({ items }) => items.every(({ state }) => state === "met"));
    if (!isMet) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson(audit));
    return print(auditText(audit, openTerminal()));
  },
});

const WORDS = { met: "met", "not-met": "NOT MET", "not-said": "not said" } as const;

function auditText({ containers, unreadable, unseen }: ContainerAudit, terminal: Terminal): string {
  const all = containers.flatMap(({ items }) => items);
  const count = (state: string) => all.filter((one) => one.state === state).length;
  return [
    ...containers.flatMap((one) => [...containerLines(one, terminal), ""]),
    ...unreadable.map(
      ({ file, line, why }) =>
        `${paint(terminal, "red", "cannot be read")}  ${printable(`${file}:${line}: ${why}`)}: nothing of it is taken for met`,
    ),
    ...unseen.map(({ what, why }) => `not looked at  ${printable(`${what}: ${why}`)}`),
    containers.length === 0
      ? "no container is described here: `sallyport sandbox plan --target devcontainer` makes one"
      : `${containers.length} containers: ${count("met")} items met, ${count("not-met")} not met, ${count("not-said")} not said`,
  ].join("\n");
}

function containerLines(
  { kind, file, line, hasClient, items }: AuditedContainer,
  terminal: Terminal,
): readonly string[] {
  return [
    `${printable(`${file}:${line}`)}  ${kind}${hasClient ? ", with the client" : ""}`,
    ...items.flatMap(({ item, state, why, fix, file: at, line: where }, index) => {
      const word = WORDS[state].padEnd(8);
      const shown = state === "not-met" ? paint(terminal, "red", word) : word;
      const place = at === file ? `line ${where}` : `${at}:${where}`;
      return [
        `  ${index + 1}  ${shown}  ${ISOLATION_ITEMS[item]}`,
        `               ${printable(`${place}: ${why}`)}`,
        ...(fix === undefined ? [] : [`               write: ${printable(fix)}`]),
      ];
    }),
  ];
}
