// `sallyport network selftest`: which ways out does the egress proxy really close, beside an allow-list as it is often written?
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption, policyOption } from "../../../foundation/terminal/options.ts";
import {
  openTerminal,
  paint,
  print,
  type Terminal,
} from "../../../foundation/terminal/terminal.ts";
import type { SelftestReport, Tried } from "../../../services/egress/selftest/run-selftest.ts";

/** `sallyport network selftest`. */
export const selftestCommand = defineCommand({
  meta: {
    name: "selftest",
    description: `try ways out of an allow-list, for real: inside of the project's generated isolation through the egress proxy, and beside it through a naive list

  sallyport network selftest
  sallyport network selftest --json

It starts what it tries to reach itself, on this machine, and asks nothing of the internet. Bubblewrap has to be there.`,
  },
  args: {
    project: {
      type: "string",
      valueHint: "DIR",
      description: "the project whose isolation is made (default: here)",
    },
    inside: {
      type: "string",
      valueHint: "JSON",
      description: "used by the test itself, inside of the isolation",
    },
    ...policyOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    if (args.inside !== undefined) return inside(args.inside, args._.at(-1));
    const project = namedDirectory(args.project ?? process.cwd());
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { runSelftest } = await import("../../../services/egress/selftest/run-selftest.ts");
    const report = await runSelftest({ project, directories, policy: args.policy });
    process.exitCode = !report.works.sallyport ? 2 : report.reached.sallyport > 0 ? 1 : 0;
    return print(args.json === true ? printableJson(report) : reportText(report, openTerminal()));
  },
});

/** WHY little is checked: who hands it over started this process, and what it does is what any program in there may do. */
async function inside(wish: string, proxy: string | undefined): Promise<void> {
  const { tryForms } = await import("../../../services/egress/selftest/attempts.ts");
  if (proxy === undefined || !URL.canParse(proxy))
    throw new Failure("usage", "`--inside` is for the test itself");
  const endings = await tryForms(
    JSON.parse(wish) as Parameters<typeof tryForms>[0],
    new URL(proxy),
  );
  await print(JSON.stringify(endings));
}

function reportText(report: SelftestReport, terminal: Terminal): string {
  const { forms, tried, reached, works } = report;
  const cell = ({ reached: isReached }: Tried): string =>
    isReached ? paint(terminal, "red", "REACHED".padEnd(10)) : "stopped".padEnd(10);
  const lines = (kind: SelftestReport["forms"][number]["kind"]): readonly string[] =>
    forms
      .filter((form) => form.kind === kind)
      .map(({ title, sallyport, naive }) =>
        kind === "control"
          ? `${title.padEnd(62)} ${sallyport.ending.slice(0, 40)}`
          : `${title.padEnd(62)} ${cell(sallyport)} ${cell(naive)} ${printable(sallyport.ending)}`,
      );
  return [
    `${"form".padEnd(62)} ${"sallyport".padEnd(10)} ${"naive".padEnd(10)} what was seen inside`,
    ...lines("escape"),
    "",
    "not seen without ending TLS, which this proxy does not do:",
    ...lines("beyond"),
    "",
    "what is allowed:",
    ...lines("control"),
    "",
    `${reached.sallyport} of ${tried} forms reached the sink through sallyport, ${reached.naive} through the naive list`,
    ...(works.sallyport
      ? []
      : ["what is allowed did not work, so that nothing is said by the rest"]),
  ].join("\n");
}
