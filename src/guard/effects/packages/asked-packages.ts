// Which packages a registry of npm is asked about: those that a call names, and the one of the folder.
import { isObject, readJson } from "#base/json.ts";
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { thing } from "../../vocabulary/account-things.ts";
import type { Subjects } from "../../vocabulary/effect.ts";
import type { Consequence, Invocation, ModelContext } from "../model/command-model.ts";

/** The same, with the packages that the registry is asked about. */
export function aboutPackages(
  consequences: readonly Consequence[],
  { args, operands }: Invocation,
  context: ModelContext,
): readonly Consequence[] {
  return consequences.map((one): Consequence => {
    if (one.kind !== "effect") return one;
    const { effect: body } = one;
    if ((body.kind !== "egress" && body.kind !== "publish") || body.verb === undefined) return one;
    const subjects = packagesOf(body.verb, { args, operands }, context);
    return subjects === undefined ? one : { kind: "effect", effect: { ...body, subjects } };
  });
}

const SUBJECTS_MAX = 64;
/** A package as a word names it, without its version. */
const PACKAGE = /^(@[\w.~-]+\/[\w.~-]+|[\w.~-]+)(?:@[^/]*)?$/;
/** What is packed already, or lies elsewhere. */
const PACKED = /\.t(?:ar\.)?gz$|:|@/;
const IN_OTHER_FOLDERS =
  /^(?:-w|-ws|-r|-C|-F|--recursive|--workspaces?|--filter|--filter-prod|--prefix|--dir|--cwd)(?:=|$)/;

/**
 * The packages: those that the call names, and the one of the folder. Undefined where nobody can tell: of a file that is packed already, and of
 * other folders of the project.
 */
function packagesOf(
  verb: string,
  { args, operands }: Pick<Invocation, "args" | "operands">,
  context: ModelContext,
): Subjects | undefined {
  if (verb === "token") {
    const isReadOnly = args.some((word) => textOf(word) === "--read-only");
    return [thing("token", "npm", isReadOnly ? "read-only" : "full")];
  }
  if (args.some((word) => IN_OTHER_FOLDERS.test(knownPrefix(word)))) return undefined;
  const given = operands.slice(1).filter((word) => !knownPrefix(word).startsWith("-"));
  if (verb !== "publish") {
    const named = given.flatMap((word) => PACKAGE.exec(textOf(word) ?? "")?.[1] ?? []);
    return [...named.slice(0, SUBJECTS_MAX), ...manifestNames(literal("package.json"), context)];
  }
  const [folder = literal(".")] = given.filter((word) => textOf(word) !== "publish");
  if (PACKED.test(textOf(folder) ?? ":")) return undefined;
  return manifestNames([...folder, ...literal("/package.json")], context);
}

/** Names that a manifest may have. */
function manifestNames(path: Text, context: ModelContext): readonly string[] {
  return (context.codeAt(path)?.texts ?? []).flatMap((text) => {
    const found = readJson(text);
    const name = isObject(found) ? found["name"] : undefined;
    return typeof name === "string" ? [name] : [];
  });
}
