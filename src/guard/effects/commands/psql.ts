// psql: statements and backslash commands for a PostgreSQL server.
import { EMPTY, hole, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { asksServer, changingOwn } from "../arguments/database-server.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { egress } from "../model/verbs.ts";
import { sentStatements } from "../languages/evaluation/sql.ts";

export const psql: CommandModel = command({
  names: ["psql"],
  options: {
    command: valued("-c", "--command"),
    file: valued("-f", "--file"),
    output: valued("-o", "--output", "-L", "--log-file"),
    host: valued("-h", "--host"),
    database: valued("-d", "--dbname"),
    port: valued("-p", "--port"),
    named: valued(
      "-U",
      "--username",
      "-v",
      "--set",
      "--variable",
      "-P",
      "--pset",
      "-F",
      "--field-separator",
      "-R",
      "--record-separator",
      "-T",
      "--table-attr",
    ),
    help: flag("-V", "--version", "-?"),
    about: { names: ["--help"], value: "optional" },
    style: flag(
      ..."aAbeEHlnqsStwWxXz01".split("").map((letter) => `-${letter}`),
      "--list",
      "--echo-hidden",
      "--field-separator-zero",
      "--record-separator-zero",
      "--no-psqlrc",
      "--single-transaction",
      "--tuples-only",
      "--csv",
      "--no-align",
      "--expanded",
      "--quiet",
      "--html",
      "--no-password",
      "--password",
      "--echo-all",
      "--echo-errors",
      "--echo-queries",
      "--no-readline",
      "--single-step",
      "--single-line",
    ),
  },
  effects: ({ operands, has, values, stdin }, context) => {
    if (has("help") || has("about")) return [];
    const found: Consequence[] = values("output").map((path) => writes(path, "create"));
    const startup = literal(`${context.home}/.psqlrc`);
    if (context.isFile(startup)) found.push(reads(startup));
    for (const file of values("file")) if (textOf(file) !== "-") found.push(reads(file));
    const files = values("file").flatMap((file) =>
      textOf(file) === "-" ? (stdin ?? EMPTY) : context.contentOf(file),
    );
    const given = [...values("command"), ...files];
    const texts: readonly Text[] = given.length > 0 ? given : (stdin ?? EMPTY);
    const target = [...values("database"), ...operands.slice(0, 1)].find(
      (word) =>
        /^postgres(ql)?:|host=|service=/.test(textOf(word) ?? "") || textOf(word) === undefined,
    );
    const host =
      values("host")[0] ??
      context.variable("PGHOST")?.[0] ??
      context.variable("PGHOSTADDR")?.[0] ??
      (target === undefined ? undefined : hostOf(target));
    const told = {
      hosts: values("host"),
      ports: values("port"),
      addresses: [...values("database"), ...operands],
    };
    const sent = sentStatements(texts, "psql", host);
    found.push(...(texts.every(staysThere) ? changingOwn(sent, told, context) : sent));
    // A service names a host that stands in a file.
    const isService =
      /service=/.test(textOf(target ?? []) ?? "") ||
      context.variable("PGSERVICE")?.some((one) => textOf(one) !== "") === true;
    if (isService) found.push(egress(undefined, [{ kind: "argument" }, ...sourcesOf(texts)]));
    if (host !== undefined)
      found.push(
        asksServer(host, values("port")[0], {
          scheme: "postgresql",
          carries: [{ kind: "argument" }, ...sourcesOf(texts)],
        }),
      );
    return [...found, prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]])];
  },
});

/** Whether all statements of a text go to the server that the call names: they are known, and no command of psql's names another one. */
function staysThere(text: Text): boolean {
  return /\\c(?:onnect)?(?![a-z])|\\gexec|(?<!:):["'{\w]/.test(textOf(text) ?? "\\c") === false;
}

function hostOf(target: Text): Text | undefined {
  const text = textOf(target);
  if (text === undefined) return target;
  if (/service=/.test(text) && !text.includes("host=")) return undefined;
  const named = /(?:^|[\s?&])host(?:addr)?=([^\s&]+)/.exec(text)?.[1];
  if (named !== undefined) return literal(named);
  return /^postgres(ql)?:\/\/\/?$/.test(text) ? undefined : literal(text);
}
