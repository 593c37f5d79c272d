// mysql: statements for a MySQL or MariaDB server.
import { EMPTY, hole, sourcesOf, type Text } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  optional,
  valued,
} from "../model/command-model.ts";
import { asksServer } from "../arguments/database-server.ts";
import { prints } from "../model/consequences.ts";
import { role } from "../model/option-roles.ts";
import { sentStatements } from "../languages/evaluation/sql.ts";

export const mysql: CommandModel = command({
  names: ["mysql", "mariadb"],
  options: {
    command: valued("-e", "--execute", "--init-command"),
    host: valued("-h", "--host"),
    port: valued("-P", "--port"),
    socket: valued("-S", "--socket"),
    files: role(
      "input",
      valued("--defaults-file", "--defaults-extra-file", "--ssl-ca", "--ssl-cert", "--ssl-key"),
    ),
    writes: role("log", valued("--tee")),
    runs: valued("--plugin-dir", "--pager", "--default-auth"),
    named: valued(
      "-u",
      "--user",
      "-D",
      "--database",
      "--default-character-set",
      "--connect-timeout",
      "--protocol",
      "--delimiter",
    ),
    password: optional("-p", "--password"),
    local: optional("--local-infile"),
    help: flag("-V", "--version", "-?", "--help"),
    style: flag(
      ..."ABbEfGHiNnqrstvwXC".split("").map((letter) => `-${letter}`),
      "--batch",
      "--skip-column-names",
      "--silent",
      "--table",
      "--vertical",
      "--html",
      "--xml",
      "--no-defaults",
      "--no-auto-rehash",
      "--force",
      "--verbose",
      "--quick",
      "--raw",
      "--safe-updates",
      "--ssl",
      "--skip-ssl",
      "--compress",
      "--no-tee",
    ),
  },
  effects: ({ has, values, stdin }) => {
    if (has("help")) return [];
    const found: Consequence[] = [];
    if (has("runs"))
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: "an option of `mysql` that runs or loads code",
      });
    const texts: readonly Text[] =
      values("command").length > 0 ? values("command") : (stdin ?? EMPTY);
    found.push(...sentStatements(texts, "mysql", values("host")[0]));
    const carries = [{ kind: "argument" } as const, ...sourcesOf(texts)];
    for (const server of [...values("host"), ...values("socket")])
      found.push(asksServer(server, values("port")[0], { scheme: "mysql", carries }));
    return [...found, prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]])];
  },
});
