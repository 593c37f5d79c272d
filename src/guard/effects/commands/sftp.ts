// sftp: moves files by commands from its input or a batch file.
import { EMPTY, literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, usesKey, writes } from "../model/consequences.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { remoteOf, sshSettings } from "./ssh.ts";

export const sftp: CommandModel = command({
  names: ["sftp"],
  options: {
    setting: taking("o"),
    config: taking("F"),
    identity: taking("i"),
    batch: taking("b"),
    jump: taking("J"),
    program: taking("SDs"),
    named: taking("BclPRX"),
    style: flags("46AaCfNpqrv"),
  },
  effects: ({ operands, values, stdin }, context) => {
    const found: Consequence[] = [
      ...sshSettings(values("setting"), values("config"), context),
      ...values("identity").map(usesKey),
    ];
    for (const program of values("program")) found.push(...shellRuns([program]));
    const batches = values("batch").filter((path) => textOf(path) !== "-");
    found.push(...batches.map((path) => reads(path)));
    const texts =
      batches.length > 0 ? batches.flatMap((path) => context.contentOf(path)) : (stdin ?? EMPTY);
    for (const text of texts) {
      const lines = textOf(text)?.split("\n");
      if (lines === undefined)
        found.push({
          kind: "unknown",
          reason: "dynamic-code",
          detail: "commands of `sftp` that are not known",
        });
      else found.push(...lines.flatMap((line) => batchLine(line.trim().replace(/^[-@]+/, ""))));
    }
    const [target, local] = operands;
    if (target === undefined) return found;
    const remote = remoteOf(target);
    if (remote?.path !== undefined && textOf(remote.path) !== "")
      found.push(writes(local ?? literal("."), "create", { reach: "tree" }));
    const carries = [{ kind: "argument" } as const, ...sourcesOf(texts)];
    for (const host of [remote?.host ?? target, ...values("jump")])
      found.push({ kind: "contacts", url: host, scheme: "ssh", carries });
    return found;
  },
});

function batchLine(line: string): readonly Consequence[] {
  if (line.startsWith("!")) return shellRuns(line.slice(1));
  const [name = "", ...rest] = line.split(/\s+/);
  const args = rest.filter((word) => !word.startsWith("-"));
  if (/^(get|reget|mget)$/.test(name))
    return [writes(literal(args[1] ?? "."), "create", { reach: "tree" })];
  if (/^(put|reput|mput)$/.test(name))
    return args.slice(0, 1).map((path) => reads(literal(path), "tree"));
  if (/^(lcd|lmkdir)$/.test(name))
    return [
      { kind: "unknown", reason: "unmodelled", detail: "`sftp` changes the local directory" },
    ];
  if (/^(rm|rmdir|rename|chmod|chown|chgrp|mkdir|ln|symlink)$/.test(name))
    return [
      { kind: "effect", effect: { kind: "deploy", system: "remote", operation: "remote-write" } },
    ];
  return [];
}
