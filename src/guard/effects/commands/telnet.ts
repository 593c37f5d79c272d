// telnet and ftp: connections that carry the input.
import { EMPTY, hole, sourcesOf, textOf } from "../../shell/text.ts";
import { type CommandModel, type Consequence, command, prints, writes } from "../command-model.ts";
import { parseDestination } from "../destination.ts";
import { shellRuns } from "../languages/shell-code.ts";
import { flags, values as valuesOf } from "../option-lists.ts";

export const telnet: CommandModel = command({
  names: ["telnet", "ftp", "lftp", "tftp"],
  options: {
    trace: valuesOf("n"),
    commands: valuesOf("c"),
    named: valuesOf("lbSXepPN"),
    style: flags("468EKLadrxivgmAR"),
  },
  effects: ({ operands, values, stdin, name }) => {
    const found: Consequence[] =
      name === "telnet" ? values("trace").map((path) => writes(path, "append")) : [];
    const [host, port] = operands;
    const carries = [{ kind: "argument" } as const, ...sourcesOf(stdin ?? EMPTY)];
    if (host !== undefined) {
      const where = textOf(host);
      found.push({
        kind: "contacts",
        url:
          where === undefined || port === undefined
            ? host
            : [{ kind: "text", text: `${where}:${textOf(port) ?? ""}` }],
        scheme: name,
        carries,
      });
    }
    // These programs take commands from the input: files that come and go, and programs after an exclamation mark.
    for (const text of [...values("commands"), ...(stdin ?? [])]) {
      const known = textOf(text);
      for (const line of known?.split("\n") ?? [])
        if (line.trim().startsWith("!")) found.push(...shellRuns(line.trim().slice(1)));
      if (name !== "telnet" || known === undefined)
        found.push({
          kind: "unknown",
          reason: "dynamic-code",
          detail: `commands of \`${name}\` that are not modelled`,
        });
    }
    return [
      ...found,
      prints([
        [
          hole("dynamic-code", {
            sources: [{ kind: "network", destination: parseDestination(host ?? [], name) }],
          }),
        ],
      ]),
    ];
  },
});
