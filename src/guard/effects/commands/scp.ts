// scp: copies files to and from other machines.
import { append, baseOf, literal, sourcesOf, textOf, type Text } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, usesKey, writes } from "../model/consequences.ts";
import { copiedOperands, isNoDirectory } from "../paths/destinations.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { copiedContent, remoteOf, sshSettings } from "./ssh.ts";

export const scp: CommandModel = command({
  names: ["scp"],
  options: {
    setting: taking("o"),
    config: taking("F"),
    identity: taking("i"),
    jump: taking("J"),
    program: taking("SD"),
    named: taking("clPX"),
    recursive: flags("r"),
    style: flags("346ABCOpqRTsv"),
  },
  effects: ({ operands, has, values }, context) => {
    const found: Consequence[] = [
      ...sshSettings(values("setting"), values("config"), context),
      ...values("identity").map(usesKey),
    ];
    for (const program of values("program")) found.push(...shellRuns([program]));
    const target = operands[operands.length - 1];
    const sources = copiedOperands(operands);
    if (target === undefined) return found;
    const reach = has("recursive") ? "tree" : "entry";
    const carries: DataSource[] = [{ kind: "argument" }];
    const hosts: Text[] = [...values("jump")];
    for (const source of sources) {
      const remote = remoteOf(source);
      if (remote === undefined) {
        found.push(reads(source, reach));
        carries.push({ kind: "unknown" }, ...sourcesOf(context.contentOf(source)));
      } else hosts.push(remote.host);
    }
    const there = remoteOf(target);
    if (there === undefined) {
      for (const source of sources) {
        const remote = remoteOf(source);
        const content = copiedContent(source, context);
        const path = remote?.path ?? source;
        const inside: Text =
          textOf(path) === "" ? target : append(append(target, literal("/")), baseOf(path));
        const isNamed = sources.length === 1 && isNoDirectory(target, context);
        if (!context.isDirectory(target) || inside === target)
          found.push(writes(target, "create", { content, reach }));
        if (!isNamed && inside !== target) found.push(writes(inside, "create", { content, reach }));
      }
    } else {
      hosts.push(there.host);
      found.push({
        kind: "effect",
        effect: {
          kind: "deploy",
          system: textOf(there.host) ?? "remote",
          operation: "remote-write",
        },
      });
    }
    if (hosts.length === 0)
      found.push({
        kind: "effect",
        effect: { kind: "execute", program: "cp", origin: "system", reach: "modelled" },
      });
    for (const host of hosts) found.push({ kind: "contacts", url: host, scheme: "ssh", carries });
    return found;
  },
});
